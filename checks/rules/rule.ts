import type { Subgraph } from '@apollo/federation-internals'
import type { ASTNode } from 'graphql'

/** A part of a schema, as far as it takes to find it in its file. A type may stand in extensions alone. */
export interface Placed {
  readonly sourceAST?: ASTNode | undefined
  extensions?: () => readonly { readonly sourceAST?: ASTNode | undefined }[]
}

/** What a rule refuses, and what to write instead. */
export interface Problem {
  subgraph: Subgraph
  /** The element of the subgraph's schema that breaks the rule. */
  element: Placed & { readonly coordinate: string }
  message: string
  mend: string
  /** Elements that it has to do with, in this subgraph or another. */
  related?: readonly Placed[]
}

/** One rule for schemas. It sees all subgraphs at once, since most of the rules are about what one does to another. */
export interface Rule {
  /** In kebab case; `checks.yaml` and reports name the rule by it. */
  name: string
  /** The rule and its reason, in a sentence or two. */
  description: string
  check: (subgraphs: readonly Subgraph[]) => Iterable<Problem>
}
