import type { Subgraph } from '@apollo/federation-internals'
import { type Finding, type Location, locationOf } from '../finding.ts'
import { allRules } from './all-rules.ts'
import type { Placed, Problem } from './rule.ts'

/** Coordinates that a rule lets through, each with the reason: `exceptions.get(rule)?.get(coordinate)`. */
export type RuleExceptions = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What the rules find in subgraphs that compose. An exception that excuses nothing is a finding too. */
export function runRules(
  subgraphs: readonly Subgraph[],
  { rules = allRules, exceptions = new Map() }: { rules?: typeof allRules; exceptions?: RuleExceptions } = {},
): Finding[] {
  const files = new Map(subgraphs.map((subgraph) => [subgraph.name, fileOf(subgraph)]))
  return rules.flatMap((rule) => {
    const problems = [...rule.check(subgraphs)]
    const excused = exceptions.get(rule.name) ?? new Map<string, string>()
    const findings = problems
      .filter(({ element }) => !excused.has(element.coordinate))
      .map((problem) => toFinding(rule.name, problem, files.get(problem.subgraph.name)))
    const idle = [...excused.keys()].filter(
      (coordinate) => !problems.some(({ element }) => element.coordinate === coordinate),
    )
    return [...findings, ...idle.map((coordinate) => idleException(rule.name, coordinate))]
  })
}

function toFinding(rule: string, problem: Problem, file: string | undefined): Finding {
  const { subgraph, element, message, mend, related = [] } = problem
  return {
    check: 'rules',
    severity: 'error',
    rule,
    subgraph: subgraph.name,
    coordinate: element.coordinate,
    message,
    mend,
    location: placeOf(element) ?? (file === undefined ? null : { file, line: 1, column: 1 }),
    related: related.map(placeOf).filter((location) => location !== null),
  }
}

const idleException = (rule: string, coordinate: string): Finding => ({
  check: 'rules',
  severity: 'error',
  rule,
  subgraph: null,
  coordinate,
  message: `checks.yaml excuses ${coordinate} from ${rule}, which it does not break.`,
  mend: 'Take the exception out.',
  location: null,
  related: [],
})

const placeOf = (element: Placed): Location | null =>
  locationOf(element.sourceAST ?? element.extensions?.()[0]?.sourceAST)

function fileOf({ schema }: Subgraph): string | undefined {
  return schema.types().find(({ sourceAST }) => sourceAST?.loc)?.sourceAST?.loc?.source.name
}
