import fc from 'fast-check'
import type { SupergraphSource } from './supergraph-facts.ts'

// A merged schema is drawn, and each of its fields given to one subgraph or another. All that a subgraph names it
// has under a key, so that any of them can be come to from any other.

const subgraphNames = ['north', 'south', 'west'] as const
type SubgraphName = (typeof subgraphNames)[number]

const entityNames = ['Alpha', 'Beta', 'Gamma', 'Delta'] as const
const leafTypes = ['Int', 'String', 'Float', 'Boolean', 'ID', 'Shade', 'Any'] as const

const shared = `
  enum Shade { DARK LIGHT }
  scalar Any
  type Point @shareable { x: Int!, y: Float, label(long: Boolean = false): String!, next: Pair }
  type Pair @shareable { left: Int, right: [Int!], points: [[Pair]!] }
`

interface DrawnField {
  name: string
  type: string
  args: string
  owner: SubgraphName
  isShared: boolean
  /** Computed from others of its type: which is settled by what there is. */
  requires: number | null
}

const wrap = fc.constantFrom<(type: string) => string>(
  (type) => type,
  (type) => `${type}!`,
  (type) => `[${type}]`,
  (type) => `[${type}!]`,
  (type) => `[${type}!]!`,
  (type) => `[[${type}]!]`,
)

const args = fc.constantFrom('', '', '', '(of: Int)', '(of: Shade! = DARK)', '(of: [ID!], or: Any)')

const drawnField = (name: string): fc.Arbitrary<DrawnField> =>
  fc.record({
    name: fc.constant(name),
    type: fc
      .tuple(
        wrap,
        fc.oneof(fc.constantFrom(...leafTypes), fc.constantFrom(...entityNames, 'Point', 'Node', 'Some')),
      )
      .map(([of, type]) => of(type)),
    args,
    owner: fc.constantFrom(...subgraphNames),
    isShared: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
    requires: fc.option(fc.nat(9), { freq: 3 }),
  })

/** Of fixed number, so that an entity's fields are independent of each other's. */
const fieldsOf = (prefix: string, count: number) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => drawnField(`${prefix}${index}`)))

const drawnEntity = (name: (typeof entityNames)[number]) =>
  fc.record({
    name: fc.constant(name),
    fields: fieldsOf(name.slice(0, 1).toLowerCase(), 6),
    /** By which key each subgraph knows it. */
    keys: fc.tuple(...subgraphNames.map(() => fc.constantFrom('id', 'id', 'code', 'both', 'pair'))),
  })

const isLeaf = ({ type }: DrawnField) => leafTypes.some((leaf) => type.replace(/[[\]!]/g, '') === leaf)

const declaration = ({ name, args: arguments_, type }: DrawnField, marks = '') =>
  `${name}${arguments_}: ${type}${marks}`

/** A supergraph for each seed, most of which compose. */
export function randomSupergraph(seed: number): SupergraphSource {
  const drawn = fc.record({
    entities: fc.tuple(...entityNames.map(drawnEntity)),
    roots: fieldsOf('q', 7),
    mutations: fieldsOf('m', 3),
  })
  const [{ entities, roots, mutations } = { entities: [], roots: [], mutations: [] }] = fc.sample(drawn, {
    seed,
    numRuns: 1,
  })

  function entityIn(
    { name, fields, keys }: (typeof entities)[number],
    subgraph: SubgraphName,
    index: number,
  ) {
    const key = keys[index] ?? 'id'
    const keyFields = { id: ['id'], code: ['code'], both: ['id', 'code'], pair: ['id code'] }[key]
    const own = fields.filter((field) => field.owner === subgraph || field.isShared)
    // What is computed from others of one subgraph alone, and from none that is itself computed, always has a plan.
    const sources = (field: DrawnField) =>
      fields.filter(
        (other) =>
          other.owner !== subgraph &&
          isLeaf(other) &&
          other.requires === null &&
          !other.isShared &&
          other.args === '',
      )[field.requires ?? 0]
    const external = new Map<string, DrawnField>()
    const declared = own.map((field) => {
      if (field.isShared) return declaration(field, ' @shareable')
      const source = field.requires === null ? undefined : sources(field)
      if (!source) return declaration(field)
      external.set(source.name, source)
      return declaration(field, ` @requires(fields: "${source.name}")`)
    })
    return `type ${name} implements Node ${keyFields.map((fieldSet) => `@key(fields: "${fieldSet}")`).join(' ')} {
      id: ID!${keyFields.some((fieldSet) => fieldSet.includes('id')) ? '' : ' @shareable'}
      code: String!${keyFields.some((fieldSet) => fieldSet.includes('code')) ? '' : ' @shareable'}
      ${[...declared, ...[...external.values()].map((field) => declaration(field, ' @external'))].join('\n      ')}
    }`
  }

  function rootIn(type: string, fields: readonly DrawnField[], subgraph: SubgraphName, isNullable: boolean) {
    const own = fields
      .filter((field) => field.owner === subgraph || (field.isShared && type === 'Query'))
      // What a mutation has done is told even where its value is lost.
      .map((field) => ({ ...field, type: isNullable ? field.type.replace(/!$/, '') : field.type }))
    const declared = own.map((field) =>
      declaration(field, field.isShared && type === 'Query' ? ' @shareable' : ''),
    )
    if (type === 'Query') declared.push(`from_${subgraph}: Node`)
    return declared.length > 0 ? `type ${type} { ${declared.join('\n')} }` : ''
  }

  const sdlOf = (subgraph: SubgraphName, index: number) => `
    ${rootIn('Query', roots, subgraph, false)}
    ${rootIn('Mutation', mutations, subgraph, true)}
    interface Node { id: ID! }
    union Some = ${entityNames.join(' | ')}
    ${shared}
    ${entities.map((entity) => entityIn(entity, subgraph, index)).join('\n')}
  `
  return {
    name: `random ${seed}`,
    subgraphs: Object.fromEntries(subgraphNames.map((subgraph, index) => [subgraph, sdlOf(subgraph, index)])),
  }
}
