import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'graphql'
import { startTestSubgraph, type TestSubgraph } from '../../gateway/test-graph/test-subgraph.ts'
import type { Suite } from './suite.ts'

const folder = import.meta.dirname

/** Each folder here is a suite. */
export const suiteNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

export interface NamedSuite extends Suite {
  name: string
}

export async function loadSuite(name: string): Promise<NamedSuite> {
  const { default: suite }: { default: Suite } = await import(`./${name}/suite.ts`)
  return { name, ...suite }
}

/** Each `.graphql` file of a suite's folder is a subgraph. */
export async function startSubgraphs({ name, resolvers }: NamedSuite): Promise<Map<string, TestSubgraph>> {
  const files = readdirSync(path.join(folder, name)).filter((file) => file.endsWith('.graphql'))
  const names = files.map((file) => path.basename(file, '.graphql'))
  const unknown = Object.keys(resolvers).filter((subgraph) => !names.includes(subgraph))
  if (unknown.length > 0) throw new Error(`${name} has resolvers and no schema for ${unknown}`)
  const started = await Promise.all(
    names.map((subgraph) =>
      startTestSubgraph(
        subgraph,
        parse(readFileSync(path.join(folder, name, `${subgraph}.graphql`), 'utf8')),
        resolvers[subgraph] ?? {},
      ),
    ),
  )
  return new Map(started.map((subgraph) => [subgraph.name, subgraph]))
}
