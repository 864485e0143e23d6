import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { parse } from 'yaml'
import { z } from 'zod'
import { httpUrl, readSettings, SettingsError, variableOf, wholeNumber } from '../service/settings.ts'
import { databaseVariable, prismaFiles } from '../subgraphs/kit/database/subgraph-database.ts'

export interface ServiceSettings {
  name: string
  port: number
  /** The environment variable that chooses the port. */
  portVariable: string
  /** Where it answers GraphQL. */
  url: string
}

export interface SubgraphSettings extends ServiceSettings {
  /** The environment variable that tells the others where it is. */
  urlVariable: string
  /** What it keeps its data in: nothing, a server that somebody else runs, or the starter's own. */
  database: { kind: 'none' } | { kind: 'given'; url: string } | { kind: 'embedded' }
}

export interface ShopSettings {
  dataDir: string
  /** The interface to listen on. */
  host: string
  gateway: ServiceSettings
  subgraphs: SubgraphSettings[]
}

const supergraphFile = z.object({
  subgraphs: z.record(z.string(), z.looseObject({ routing_url: httpUrl() })),
})

const listenPort = () => wholeNumber({ min: 1, max: 65_535 })

/** The subgraphs of `supergraph.yaml` that have their sources here, and the ports that it gives them. */
function readSubgraphs(): { name: string; defaultPort: number }[] {
  const { subgraphs } = supergraphFile.parse(parse(readFileSync('supergraph.yaml', 'utf8')))
  return Object.entries(subgraphs)
    .filter(([name]) => existsSync(`subgraphs/${name}/main.ts`))
    .map(([name, { routing_url }]) => ({ name, defaultPort: Number(new URL(routing_url).port) }))
}

function databaseOf(name: string, env: NodeJS.ProcessEnv): SubgraphSettings['database'] {
  if (!existsSync(prismaFiles(name).schema)) return { kind: 'none' }
  const url = env[databaseVariable(name)]
  return url ? { kind: 'given', url } : { kind: 'embedded' }
}

function refuseSharedPorts(services: readonly ServiceSettings[]): void {
  for (const { port } of services) {
    const sharing = services
      .filter((service) => service.port === port)
      .map(({ portVariable }) => portVariable)
    if (sharing.length > 1) {
      throw new SettingsError(`${sharing.join(' and ')} are both ${port}: each takes a port of its own`)
    }
  }
}

/**
 * What `npm start` starts, and where.
 * @throws {SettingsError} with a line for each setting that does not fit.
 */
export function readShopSettings(env: NodeJS.ProcessEnv): ShopSettings {
  const found = readSubgraphs()
  const defaults = [{ name: 'gateway', defaultPort: 4000 }, ...found]
  const { DATA_DIR: dataDir, HOST: host } = readSettings(
    { DATA_DIR: z.string().default('.data'), HOST: z.string().default('127.0.0.1') },
    env,
  )
  const ports = readSettings(
    Object.fromEntries(defaults.map(({ name }) => [variableOf(name, 'PORT'), listenPort().optional()])),
    env,
  )
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : isIPv6(host) ? `[${host}]` : host
  const serviceOf = ({ name, defaultPort }: { name: string; defaultPort: number }): ServiceSettings => {
    const portVariable = variableOf(name, 'PORT')
    const port = ports[portVariable] ?? defaultPort
    return { name, port, portVariable, url: `http://${reachable}:${port}/graphql` }
  }
  const gateway = serviceOf({ name: 'gateway', defaultPort: 4000 })
  const subgraphs = found.map((subgraph) => ({
    ...serviceOf(subgraph),
    urlVariable: variableOf(subgraph.name, 'URL'),
    database: databaseOf(subgraph.name, env),
  }))
  refuseSharedPorts([gateway, ...subgraphs])
  return { dataDir, host, gateway, subgraphs }
}
