import fc from 'fast-check'
import {
  buildClientSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopData } from '../prisma/shop-data/index.ts'
import { isErrorCode } from '../service/errors.ts'
import { cart } from '../subgraphs/cart/cart.ts'
import { chat } from '../subgraphs/chat/chat.ts'
import { type As, generateServiceKeys, startTestSubgraph } from '../subgraphs/kit/test-subgraph.ts'
import { products } from '../subgraphs/products/products.ts'
import { reviews } from '../subgraphs/reviews/reviews.ts'

// Whatever a caller sends is answered or refused by name: operations are made up from each subgraph's schema,
// every root field with arguments of every kind, and none may end in an error inside the service.

const runsOfField = 25
const depth = 2

/** What databases, dates and parsers trip over. */
const oddInstants = [
  ...['2026-02-30T00:00:00Z', '0000-01-01T00:00:00.000Z', '-000001-01-01T00:00:00Z', 'infinity'],
  ...[`2026-01-01T00:00:00.${'1'.repeat(300)}Z`, '9999-12-31T23:59:59-12:00', '9999-12-31T23:59:59.999Z'],
]
const oddTexts = [
  ...['', ' ', '\0', 'a\0b', '\u0001', '\ud800', 'x\udfff', '\u202e', '🙂', "'; --", '%', '\\', '"a" -b'],
  ...['null', '-1', '{}', 'a'.repeat(5000), '\0'.repeat(12), '\ud800'.repeat(12), 'a-key-of-a-caller'],
  ...['prod_00000000000000000000000000', 'cus_7zzzzzzzzzzzzzzzzzzzzzzzzz'],
]
const odd = [...oddTexts, ...oddInstants]
const numbers = [-(2 ** 31), -1, 0, 1, 2, 50, 51, 99, 100, 101, 2 ** 31 - 1]
const beyond = [2 ** 31, 2 ** 53, 1.5, 1e300, 5e-324]

/** The texts of earlier answers: ids, cursors, slugs, handles. What is real gets furthest. */
const pool = new Set<string>()

/** One of the values. */
type Choose = <Value>(values: readonly Value[]) => Value

/** The arguments with which a field gave a cursor, and that cursor. */
interface Given {
  args: Record<string, unknown>
  cursor: string
}
/** By the field's name. */
const given = new Map<string, Given[]>()

const isCursor = (value: unknown): value is string =>
  typeof value === 'string' && /^W[yz][\w-]{20,}$/.test(value)

/** The values of an answer and of the objects right below it. */
const nearValues = (answer: object): unknown[] =>
  Object.values(answer).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [value],
  )

/** A value of a cursor's made another, most often of its own kind. */
function bent(pick: Choose, value: unknown): unknown {
  const alike =
    typeof value === 'number'
      ? [...numbers, ...beyond]
      : /^\d{4}-/.test(String(value))
        ? oddInstants
        : oddTexts
  return pick([
    pick<unknown>(alike),
    pick<unknown>(alike),
    pick<unknown>([...odd, ...numbers, ...beyond, []]),
  ])
}

/** A cursor that was given, with one of its values made another. */
function bentCursor(pick: Choose, cursor: string): string {
  const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(key)) return cursor
  const place = pick([...key.keys()])
  return Buffer.from(JSON.stringify(key.with(place, bent(pick, key[place])))).toString('base64url')
}

function text(pick: Choose, name: string): string {
  const known = [...pool]
  if (known.length === 0) return pick(odd)
  // An id begins as the name of its argument does: `prod_…` for `productId`.
  const alike = known.filter((value) => value.startsWith(`${name.replace(/Ids?$/, '').slice(0, 3)}`))
  const kind = pick(['real', 'alike', 'alike', 'alike', 'odd', 'odd'])
  if (kind === 'alike' && alike.length > 0) return pick(alike)
  return pick(kind === 'odd' ? odd : known)
}

/** Below so many lists and objects an input hardly branches. */
const listDepth = 3

function inputValue(
  pick: Choose,
  type: GraphQLInputType,
  name: string,
  schema: GraphQLSchema,
  depth = 0,
): unknown {
  if (isNonNullType(type)) return inputValue(pick, type.ofType, name, schema, depth)
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    // Trees of long lists would be larger than anybody may send.
    const length = pick(depth > listDepth ? [0, 0, 1] : depth > 0 ? [0, 1, 2] : [0, 1, 1, 2, 3, 101])
    return Array.from({ length }, () => inputValue(pick, nullable.ofType, name, schema, depth + 1))
  }
  if (isEnumType(nullable)) return pick(nullable.getValues()).name
  if (isInputObjectType(nullable))
    return inputValues(pick, Object.values(nullable.getFields()), schema, depth + 1)
  switch (nullable.name) {
    case 'Int':
      return pick([1, 2, 10, pick(numbers), pick(numbers), pick([...numbers, ...beyond])])
    case 'Float':
      return pick([...numbers, ...beyond])
    case 'Boolean':
      return pick([true, false])
    case '_Any':
      return { __typename: pick(entityNames(schema)), id: text(pick, 'id') }
    default:
      return text(pick, name)
  }
}

const inputValues = (
  pick: Choose,
  fields: readonly Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>[],
  schema: GraphQLSchema,
  depth = 0,
): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap(({ name, type, defaultValue }) => {
      const wanted = isNonNullType(type)
        ? defaultValue === undefined
          ? 'value'
          : pick(['value', 'none'])
        : pick(['value', 'value', 'none', 'null'])
      if (wanted === 'none') return []
      return [[name, wanted === 'null' ? null : inputValue(pick, type, name, schema, depth)]]
    }),
  )

function entityNames(schema: GraphQLSchema): string[] {
  const entity = schema.getType('_Entity')
  return isUnionType(entity) ? entity.getTypes().map(({ name }) => name) : []
}

interface Root {
  kind: 'query' | 'mutation'
  field: GraphQLField<unknown, unknown>
}

function rootsOf(schema: GraphQLSchema): Root[] {
  const fieldsOf = (kind: Root['kind'], type: GraphQLObjectType | null | undefined): Root[] =>
    Object.values(type?.getFields() ?? {}).map((field) => ({ kind, field }))
  return [...fieldsOf('query', schema.getQueryType()), ...fieldsOf('mutation', schema.getMutationType())]
}

/** An operation with one root field, all that it leads to, and a variable for each argument. */
function operationOn(schema: GraphQLSchema, { kind, field: root }: Root, pick: Choose) {
  const variables: Record<string, unknown> = {}
  const declarations: string[] = []
  const asked = new Map<string, { name: string; args: Record<string, unknown> }>()
  let count = 0

  function selectionOf(type: GraphQLOutputType, left: number): string {
    const named = getNamedType(type)
    if (isLeafType(named)) return ''
    if (isUnionType(named)) {
      const members = named.getTypes().map((member) => `... on ${member.name} ${selectionOf(member, left)}`)
      return `{ __typename ${members.join(' ')} }`
    }
    if (!isObjectType(named)) return '{ __typename }'
    const fields = Object.values(named.getFields()).filter(({ name, type: of }) => {
      return left > 0 || name === 'pageInfo' || isLeafType(getNamedType(of))
    })
    return `{ __typename ${fields.map((field) => selected(field, left - 1)).join(' ')} }`
  }

  function selected({ name, type, args }: GraphQLField<unknown, unknown>, left: number): string {
    const earlier = pick([given.get(name) ?? [], []])
    const { args: known, cursor } = earlier.length > 0 ? pick(earlier) : { args: {}, cursor: null }
    const values =
      cursor === null ? inputValues(pick, args, schema) : { ...known, after: bentCursor(pick, cursor) }
    const alias = `f${++count}`
    if (args.some((arg) => arg.name === 'after')) asked.set(alias, { name, args: values })
    const assigned = Object.entries(values).map(([argument, value]) => {
      const variable = `v${++count}`
      variables[variable] = value
      declarations.push(`$${variable}: ${args.find((arg) => arg.name === argument)?.type}`)
      return `${argument}: $${variable}`
    })
    return `${alias}: ${name}${assigned.length > 0 ? `(${assigned.join(', ')})` : ''} ${selectionOf(type, left)}`
  }

  const field = selected(root, depth)
  return {
    document: `${kind}${declarations.length > 0 ? `(${declarations.join(', ')})` : ''} { ${field} }`,
    variables,
    /** Keeps what an answer to it gives: its texts, and the cursors of each field. */
    keep(answer: unknown): void {
      if (typeof answer === 'string' && answer.length < 500) pool.add(answer)
      if (typeof answer !== 'object' || answer === null) return
      for (const [key, value] of Object.entries(answer)) {
        this.keep(value)
        const field = asked.get(key)
        if (field === undefined || typeof value !== 'object' || value === null) continue
        const cursor = nearValues(value).find(isCursor)
        if (cursor === undefined) continue
        given.set(field.name, [...(given.get(field.name) ?? []), { args: field.args, cursor }])
      }
    },
  }
}

/** Somebody who works for the shop, and may do whatever a mutation takes a role for. */
const worker: As = {
  customerId: '0190a0a0-0000-7000-8000-000000000001',
  roles: ['staff', 'agent', 'moderator'],
}

const ordering = [...shopData().orders()].flatMap(({ customerId }) => customerId ?? [])
const customers = [...new Set(ordering)].slice(0, 5).map((customerId): As => ({ customerId }))
const callers: As[] = [{}, { site: 'outlet' }, worker, worker, ...customers]

type Running = Pick<Awaited<ReturnType<typeof startTestSubgraph>>, 'url' | 'query' | 'stop'>
const running: Record<string, Running> = {}

beforeAll(async () => {
  const serviceKeys = await generateServiceKeys()
  const options = { seeded: true, serviceKeys }
  const owner = await startTestSubgraph(products, options)
  running.products = owner
  running.cart = await startTestSubgraph(cart, { ...options, config: { feedUrls: { products: owner.url } } })
  running.reviews = await startTestSubgraph(reviews, options)
  running.chat = await startTestSubgraph(chat, options)
})
afterAll(() => Promise.all(Object.values(running).map((subgraph) => subgraph.stop())))

// Products first: what it answers is what the others are asked about.
test.each(['products', 'reviews', 'cart', 'chat'])(
  '%s answers or refuses whatever it is sent, and never fails inside',
  async (name) => {
    const subgraph = running[name]
    if (subgraph === undefined) throw new Error(`${name} does not run`)
    const { data } = await subgraph.query(getIntrospectionQuery())
    const schema = buildClientSchema(data)
    let answered = 0
    for (const root of rootsOf(schema)) {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
          const pick: Choose = (values) => {
            const value = values[numbers.next().value % values.length]
            if (value === undefined) throw new Error('there is nothing to pick from')
            return value
          }
          const operation = operationOn(schema, root, pick)
          const { document, variables } = operation
          const { errors, ...answer } = await subgraph.query(document, variables, pick(callers))
          operation.keep(answer.data)
          if (errors.length === 0) answered += 1
          const failed = errors.filter(
            ({ extensions: { code } }) => !isErrorCode(code) || code === 'INTERNAL_SERVER_ERROR',
          )
          expect(failed, `${document} ${JSON.stringify(variables)}`).toEqual([])
        }),
        // What later operations are made of depends on earlier answers, so that shrinking would be of no use.
        { numRuns: runsOfField, endOnFailure: true },
      )
    }
    // Were all refused, nothing would have been tried.
    expect(answered).toBeGreaterThan(runsOfField)
  },
)
