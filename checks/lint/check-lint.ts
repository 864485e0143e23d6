import { isFederationDirectiveDefinedInSchema, type Subgraph } from '@apollo/federation-internals'
import type { ESLint } from 'eslint'
import type { Base } from '../base/read-base.ts'
import type { SubgraphSource } from '../compose/compose.ts'
import { buildContractSchema } from '../contracts/contract-schema.ts'
import { homeOf } from '../element-home.ts'
import type { Finding } from '../finding.ts'
import type { CheckResult } from '../report.ts'
import { counted } from '../reports/text.ts'
import { isConnection } from '../rules/relay-connections.ts'
import { isEntity, itemTypeOf, namedTypeOf, outputFieldsOf, typeOf } from '../rules/schema-elements.ts'
import { costMarks, eslintRules, type LintSeverity, unusedTypes } from './lint-rules.ts'
import { elementsOf, touchedElements } from './touched.ts'

interface Linting {
  /** The severity of each rule; one that is not named is off. */
  rules: ReadonlyMap<string, LintSeverity>
  sources: readonly SubgraphSource[]
  subgraphs: readonly Subgraph[]
  supergraphSdl: string
  /** Only what differs from it is looked at; null to look at all. */
  base: Pick<Base, 'label' | 'sources' | 'supergraphSdl'> | null
}

/** What a rule of style found, before it is known how bad that is. */
type Problem = Pick<Finding, 'rule' | 'subgraph' | 'coordinate' | 'message' | 'mend' | 'location'>

/** Whether the schemas keep the graph's style. What was there before is left alone. */
export async function checkLint(linting: Linting): Promise<CheckResult[]> {
  const { rules, sources, base } = linting
  const active = [...rules].flatMap(([name, severity]) => (severity === 'off' ? [] : [name]))
  if (active.length === 0) return []
  const isNew = createIsNew(linting)
  const problems = [
    ...(await runEslint(active, sources)),
    ...(active.includes(costMarks) ? linting.subgraphs.flatMap(findCostMarks) : []),
  ].filter(isNew)
  const unused = active.includes(unusedTypes) ? findUnused(linting) : []
  const of = base?.sources ? `what differs from ${base.label}` : counted(sources.length, 'subgraph')
  return [
    {
      name: 'lint',
      subject: `${counted(active.length, 'rule')} of style for ${of}`,
      findings: [...problems, ...unused].map((problem) => ({
        ...problem,
        check: 'lint',
        severity: rules.get(problem.rule) === 'error' ? 'error' : 'hint',
        related: [],
      })),
    },
  ]
}

function createIsNew({ sources, base }: Linting): (problem: Problem) => boolean {
  const before = base?.sources
  if (!before) return () => true
  const touched = new Map(sources.map((source) => [source.name, touchedElements(source, before)]))
  return ({ subgraph, coordinate }) =>
    subgraph === null || coordinate === null || touched.get(subgraph)?.has(coordinate) === true
}

/** ESLint takes a second to load, so that it is loaded where a rule of its is on. */
async function runEslint(active: readonly string[], sources: readonly SubgraphSource[]): Promise<Problem[]> {
  const chosen = Object.entries(eslintRules).filter(([name]) => active.includes(name))
  if (chosen.length === 0) return []
  const [{ Linter }, { default: loaded }] = await Promise.all([
    import('eslint/universal'),
    import('@graphql-eslint/eslint-plugin'),
  ])
  // Its types ask for more of a rule than ESLint's allow.
  const plugin: unknown = loaded
  if (!isPlugin(plugin)) throw new TypeError('@graphql-eslint/eslint-plugin has no rules.')
  const names = new Map(
    chosen.flatMap(([name, rules]) => Object.keys(rules).map((id) => [id, name] as const)),
  )
  const linter = new Linter()
  const config = {
    files: ['**/*.graphql'],
    plugins: { '@graphql-eslint': plugin },
    // Without a configuration of its own it would look for a file.
    languageOptions: { parser: loaded.parser, parserOptions: { graphQLConfig: {} } },
    rules: Object.assign({}, ...chosen.map(([, rules]) => rules)),
  }
  return sources.flatMap(({ name, file, sdl }) => {
    const elements = elementsOf(sdl)
    return (
      linter
        // A comment in a schema turns no rule off: checks.yaml does.
        .verify(sdl, [config], { filename: `${name}.graphql`, allowInlineConfig: false })
        .map(({ ruleId, message, line, column }): Problem => {
          const rule = names.get(ruleId ?? '')
          if (rule === undefined) throw new Error(`ESLint could not check ${file}: ${message}`)
          return {
            rule,
            subgraph: name,
            coordinate: elementAt(elements, line)?.coordinate ?? null,
            message: `${message.replace(/\.$/, '')}.`,
            mend: null,
            location: { file, line, column },
          }
        })
    )
  })
}

const isPlugin = (value: unknown): value is ESLint.Plugin =>
  typeof value === 'object' && value !== null && 'rules' in value

/** The innermost element on a line; for a comment, the one below it. */
const elementAt = (elements: ReturnType<typeof elementsOf>, line: number) =>
  elements.findLast(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine) ??
  elements.find(({ firstLine }) => firstLine > line)

function findCostMarks(subgraph: Subgraph): Problem[] {
  const definition = subgraph.metadata().listSizeDirective()
  const isMarked = (field: ReturnType<typeof outputFieldsOf>[number]): boolean =>
    isFederationDirectiveDefinedInSchema(definition) && field.hasAppliedDirective(definition)
  return outputFieldsOf(subgraph)
    .filter((field) => !field.argument('first') && !isConnection(field.parent) && itemTypeOf(typeOf(field)))
    .filter((field) => isEntity(subgraph, namedTypeOf(field)) && !isMarked(field))
    .map(({ coordinate }) => ({
      rule: costMarks,
      coordinate,
      message: `${coordinate} is a list of entities, and no \`@listSize\` says how many to reckon with.`,
      mend: 'Add `@listSize(assumedSize: 10)`, with what is usual.',
      subgraph: subgraph.name,
      location: homeOf([subgraph], coordinate)?.location ?? null,
    }))
}

/** A type is unused by what is taken out elsewhere, so that the whole is compared and not the type. */
function findUnused({ supergraphSdl, subgraphs, base }: Linting): Problem[] {
  const before = new Set(base ? unreachableIn(base.supergraphSdl) : [])
  return unreachableIn(supergraphSdl)
    .filter((type) => !before.has(type))
    .map((type) => {
      const { subgraph = null, location = null } = homeOf(subgraphs, type) ?? {}
      return {
        rule: unusedTypes,
        coordinate: type,
        message: `Nothing leads to ${type}.`,
        mend: 'Take it out, or give a field that leads to it.',
        subgraph,
        location,
      }
    })
}

const unreachableIn = (supergraphSdl: string): readonly string[] =>
  buildContractSchema(supergraphSdl, {
    name: 'the whole',
    include: [],
    exclude: [],
    hideUnreachableTypes: false,
    operations: null,
  }).unreachable
