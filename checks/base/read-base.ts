import { statSync } from 'node:fs'
import path from 'node:path'
import { type Subgraph, Supergraph } from '@apollo/federation-internals'
import { GraphQLError } from 'graphql'
import { compose, readSubgraphs, type SubgraphSource } from '../compose/compose.ts'
import { parseSupergraphConfig } from '../compose/supergraph-config.ts'
import { InputError } from '../finding.ts'
import { readText } from '../read-text.ts'
import { type Commit, findCommit } from './git.ts'

/** What a change is compared with. */
export interface Base {
  /** What it is called in the report. */
  label: string
  supergraphSdl: string
  subgraphs: readonly Subgraph[]
  /** What it was composed of; null for a composed supergraph, whose subgraphs keep less of what they were. */
  sources: readonly SubgraphSource[] | null
}

/** Why nothing could be compared, in a sentence that says what to do. */
export interface NoBase {
  reason: string
}

interface BaseRequest {
  /** A git ref, a folder, a supergraph (.graphql), or a file like supergraph.yaml; null for the default ref. */
  base: string | null
  /** The file that names the change's subgraphs. */
  config: string
}

export const defaultRef = 'origin/main'

/**
 * Reads the base. A default that is not there is told, so that a fresh clone can be checked; one that was asked for
 * has to be there.
 * @throws InputError
 */
export function readBase({ base, config }: BaseRequest): Base | NoBase {
  if (base === null) return readDefault(config)
  const stat = statSync(base, { throwIfNoEntry: false })
  const found = stat?.isDirectory()
    ? readFiles(path.join(base, path.basename(config)))
    : stat?.isFile()
      ? readFile(base)
      : readRef(base, config)
  if ('reason' in found) throw new InputError(`--base: ${found.reason}`)
  return found
}

/** What is wrong with a base that nobody asked for is no reason to check nothing else. */
function readDefault(config: string): Base | NoBase {
  try {
    return readRef(defaultRef, config)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { reason: error.message }
  }
}

function readFile(file: string): Base | NoBase {
  if (!/\.(graphql|graphqls|gql)$/.test(file)) return readFiles(file)
  return extract(file, readText(file))
}

/** The subgraphs as a composed supergraph has them. */
export function extract(label: string, supergraphSdl: string): Base {
  try {
    const subgraphs = Supergraph.build(supergraphSdl, { supportedFeatures: null }).subgraphs().values()
    return { label, supergraphSdl, subgraphs, sources: null }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new InputError(`${label}: this is not a supergraph: ${error.message}`)
  }
}

function readFiles(file: string): Base | NoBase {
  const sources = readSubgraphs(parseSupergraphConfig(file, readText(file)))
  return composeBase(file, sources)
}

function readRef(ref: string, config: string): Base | NoBase {
  const folder = path.dirname(config)
  const commit = findCommit(folder, ref)
  if (!commit) {
    return {
      reason: `there is no ${ref} here. It takes a git ref, a folder, or a file: \`--base HEAD\` compares with the last commit.`,
    }
  }
  const text = commit.read(config)
  if (text === null) return { reason: `${ref} has no ${config}. Give a ref or a folder that has.` }
  const label = `${ref} (${commit.hash.slice(0, 7)})`
  const sources = parseSupergraphConfig(config, text).map(
    (subgraph): SubgraphSource => ({
      ...subgraph,
      file: `${ref}:${subgraph.file}`,
      sdl: readCommitted(commit, subgraph.file, ref),
    }),
  )
  return composeBase(label, sources)
}

function readCommitted(commit: Commit, file: string, ref: string): string {
  const text = commit.read(file)
  if (text === null) throw new InputError(`${ref}:${file}: there is no such file in that commit.`)
  return text
}

/** Composes what a change is compared with. */
export function composeBase(label: string, sources: readonly SubgraphSource[]): Base | NoBase {
  const { composed, errors } = compose(sources)
  if (composed) {
    const { supergraphSdl, subgraphs } = composed
    return { label, supergraphSdl, subgraphs, sources }
  }
  return { reason: `${label} cannot be composed: ${errors[0]?.message ?? ''} Give one that can.` }
}
