import { benchContainment } from '../bench/containment/containment-bench.ts'
import { benchGateway } from '../bench/gateway/gateway-bench.ts'
import { benchSoak } from '../bench/gateway/soak-bench.ts'
import { BenchError } from '../bench/processes/processes.ts'
import { install } from '../starter/install.js'
import { takeLock } from '../starter/lock.js'

const say = (line: string) => console.error(`${line} …`)

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

const benches = { gateway: benchGateway, soak: benchSoak, containment: benchContainment }

function findBench(name: string | undefined) {
  const found = Object.entries(benches).find(([known]) => known === name)?.[1]
  if (found) return found
  const problem = name === undefined ? 'Name a benchmark' : `There is no benchmark ${JSON.stringify(name)}`
  throw new BenchError(`${problem}: npm run bench -- ${Object.keys(benches).join('|')}`)
}

// What it has started is stopped when it exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

try {
  const [name, ...args] = process.argv.slice(2)
  const bench = findBench(name)
  const flawless = await bench({ args, installPeers, print: console.log, say })
  process.exitCode = flawless ? 0 : 1
} catch (error) {
  if (!(error instanceof BenchError)) throw error
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
