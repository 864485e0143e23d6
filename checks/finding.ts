import type { ASTNode } from 'graphql'
import { getLocation } from 'graphql'

/** A place in a file. Lines and columns count from 1. */
export interface Location {
  file: string
  line: number
  column: number
}

/** The parts of a schema check, in the order in which they run. */
export type CheckName =
  | 'composition'
  | 'supergraph'
  | 'rules'
  | 'lint'
  | 'operations'
  | 'changes'
  | 'outages'
  | 'contracts'
  | 'approvals'
  | 'portability'

/** One thing that a check found. */
export interface Finding {
  check: CheckName
  /** An error refuses. A hint is told and refuses nothing. A note is counted for people and told to programs. */
  severity: 'error' | 'hint' | 'note'
  /** The name of the rule, or the composer's code. */
  rule: string
  /** The subgraph in which it is to be mended; null where it is not in one. */
  subgraph: string | null
  /** As https://spec.graphql.org/draft/#sec-Schema-Coordinates has it, for example `Product.rating`. */
  coordinate: string | null
  message: string
  /** What to do about it; null where the message says so itself. */
  mend: string | null
  location: Location | null
  /** Further places that belong to it, as the other definitions of one field. */
  related: Location[]
  /** Of a change: how bad it is, and the operations and clients that it hits. */
  change?: {
    level: 'breaking' | 'dangerous' | 'safe'
    operations: readonly string[]
    clients: readonly string[]
  }
  /** What an approval has to name to let it through; left out where none can. */
  approvable?: string
}

/**
 * What a check was given cannot be read: no such file, not YAML, an option that is not known. It says
 * nothing about the schema, so it must be told apart from a refusal.
 */
export class InputError extends Error {
  override name = 'InputError'
}

/** Where a node stands in the file that it was parsed from; null for a node that was made by a program. */
export function locationOf(node: ASTNode | undefined): Location | null {
  if (!node?.loc) return null
  const { source, start } = node.loc
  return { file: source.name, ...getLocation(source, start) }
}
