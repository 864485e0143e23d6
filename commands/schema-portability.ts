import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { runCommandAsync } from '../checks/command-line.ts'
import { exitCodes } from '../checks/exit-codes.ts'
import { addGatewayKey } from '../checks/portability/gateway-key.ts'
import { type PortabilityGround, schemaPortability } from '../checks/portability/schema-portability.ts'
import { freePort } from '../service/free-ports.ts'
import { ensureDevelopmentKeys } from '../starter/development-keys.ts'
import { install } from '../starter/install.js'
import { takeLock } from '../starter/lock.js'
import { StartError } from '../starter/start-error.ts'
import { startThrowawayShop } from '../starter/throwaway-shop.ts'

const say = (line: string) => console.error(`${line} …`)
const run = promisify(execFile)

/** The shop that was started is stopped before it ends. */
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(new StartError(`ended by ${signal}`)))

/** Two at once wait for each other. */
async function installPeers() {
  const release = await takeLock('.build/lock', {
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is preparing as well`),
  })
  try {
    await install({ folder: 'bench/peers', onProgress: say })
  } finally {
    release()
  }
}

/** Waits until no subgraph has anything to learn of another, so that both gateways find the same. */
async function untilCurrent(url: string) {
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    const text = await fetch(new URL('/health/ready', url)).then((response) => response.text())
    if (!text.includes('"state"') || text.includes('"state":"current"')) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new StartError('The shop’s change feeds were not followed within a minute.')
}

async function openGround(): Promise<PortabilityGround> {
  await installPeers()
  say('Starting a shop')
  let hiveKeys = ''
  const shop = await startThrowawayShop({
    signal: interruption.signal,
    async prepare(dataDir) {
      const keys = await addGatewayKey(await ensureDevelopmentKeys(dataDir), 'gateway.hive')
      hiveKeys = path.join(dataDir, 'hive.json')
      writeFileSync(hiveKeys, JSON.stringify(keys), { mode: 0o600 })
    },
  })
  interruption.signal.addEventListener('abort', () => shop.stop().finally(() => process.exit(1)))
  try {
    const [gateway, ...subgraphs] = shop.services
    if (!gateway) throw new StartError('The shop has no gateway.')
    for (const { url } of subgraphs) await untilCurrent(url)
    const { stdout } = await run(process.execPath, ['run.js', 'token', '--customer', 'ada'], {
      env: shop.env,
    })
    const supergraphFile = path.join(shop.dataDir, 'supergraph.graphql')
    writeFileSync(supergraphFile, placeSubgraphs(readFileSync('supergraph.graphql', 'utf8'), subgraphs))
    return {
      ours: { label: 'Arcade', url: gateway.url },
      hive: {
        port: await freePort(),
        supergraphFile,
        env: {
          SERVICE_KEYS: hiveKeys,
          JWKS_FILE: path.join(shop.dataDir, 'keys/tokens.json'),
          TOKEN_ISSUER: 'arcade-development',
          TOKEN_AUDIENCE: 'arcade',
        },
      },
      token: stdout.trim(),
      stop: shop.stop,
    }
  } catch (error) {
    await shop.stop()
    throw error
  }
}

/** The supergraph with the addresses that the subgraphs have here. */
const placeSubgraphs = (sdl: string, subgraphs: readonly { name: string; url: string }[]): string =>
  subgraphs.reduce(
    (text, { name, url }) =>
      text.replace(new RegExp(`(@join__graph\\(name: "${name}", url: )"[^"]*"`), `$1"${url}"`),
    sdl,
  )

try {
  process.exitCode = await runCommandAsync((commandLine) => schemaPortability(commandLine, openGround), {
    argv: process.argv.slice(2),
    print: console.log,
    printError: console.error,
  })
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(`schema:portability: ${error.message}`)
  process.exitCode = exitCodes.couldNotRun
}
