import fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql'

// An operation is made as a tree of plain choices, which shrink well. Whether a choice can be had, as the name that
// an alias takes, is settled when the tree is written down: see write-operation.ts.

type Json = fc.JsonValue

/** A value in a document, in which variables can stand anywhere. */
export type InputTree =
  | { kind: 'leaf'; value: Json }
  | { kind: 'list'; items: InputTree[] }
  | { kind: 'object'; fields: Record<string, InputTree> }
  | VariableUse

export interface VariableUse {
  kind: 'variable'
  /** As it is declared. */
  type: string
  defaultValue: Json | undefined
  /** What the client sends for it; undefined where it sends nothing. */
  value: Json | undefined
  of: GraphQLInputType
}

export interface Condition {
  directive: 'skip' | 'include'
  /** A literal, or which of the operation's Boolean variables. */
  is: boolean | number
}

export type Selection =
  | {
      kind: 'field'
      name: string
      alias: string | null
      args: Record<string, InputTree>
      conditions: Condition[]
      selections: Selection[]
    }
  | { kind: 'inline'; on: string | null; conditions: Condition[]; selections: Selection[] }
  | { kind: 'spread'; fragment: number; conditions: Condition[] }
  /** What is asked of the schema itself. */
  | { kind: 'introspection'; text: string }

export interface OperationTree {
  kind: 'query' | 'mutation'
  selections: Selection[]
  fragments: { on: string; selections: Selection[] }[]
  booleans: boolean[]
  /** Whether Boolean variables have their value by default, in place of being sent. */
  isByDefault: boolean
  hasOddNames: boolean
  /** Other operations of the document, which do not run. */
  others: ('before' | 'after')[]
}

const introspections = [
  '__schema { queryType { name } mutationType { fields { name args { name defaultValue } } } }',
  '__schema { directives { name isRepeatable locations } }',
  '__schema { types { name kind possibleTypes { name } } }',
  'type: __type(name: "Query") { ... on __Type { name fields { name type { kind name ofType { name } } } } }',
  'nothing: __type(name: "Nothing") { __typename name }',
]

/** Names that something else might take for its own. */
const oddAliases = ['id', 'name', '_typename', '_entities', '__typename', 'representations', 'a', 'b']

const seldom = <Value>(arbitrary: fc.Arbitrary<Value>, otherwise: Value, weight = 6) =>
  fc.oneof({ withCrossShrink: true }, { weight, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary })

const condition: fc.Arbitrary<Condition> = fc.record({
  directive: fc.constantFrom('include', 'skip'),
  is: fc.oneof(fc.boolean(), fc.nat(2)),
})
const conditions: fc.Arbitrary<Condition[]> = seldom(
  fc.oneof(
    { weight: 4, arbitrary: fc.array(condition, { minLength: 1, maxLength: 1 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.record({ directive: fc.constant('skip' as const), is: fc.nat(2) }),
        fc.record({ directive: fc.constant('include' as const), is: fc.nat(2) }),
      ),
    },
  ),
  [],
)

/** What a client may send for a type. */
function jsonOf(type: GraphQLInputType, depth = 2): fc.Arbitrary<Json> {
  if (isNonNullType(type)) return nonNullJson(type.ofType, depth)
  return fc.oneof(
    { weight: 5, arbitrary: nonNullJson(type, depth) },
    { weight: 1, arbitrary: fc.constant<Json>(null) },
  )
}

function nonNullJson(type: GraphQLInputType, depth: number): fc.Arbitrary<Json> {
  if (isNonNullType(type)) return nonNullJson(type.ofType, depth)
  if (isListType(type)) return fc.array(jsonOf(type.ofType, depth - 1), { maxLength: depth > 0 ? 2 : 0 })
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name))
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isRequiredInputField(field))
    return fc.record(Object.fromEntries(fields.map((field) => [field.name, jsonOf(field.type, depth - 1)])), {
      requiredKeys: fields.filter(isRequiredInputField).map(({ name }) => name),
    })
  }
  switch (type.name) {
    case 'Int':
      return fc.integer({ min: -3, max: 9 })
    case 'Float':
      return fc.constantFrom(0.5, 1, -2.25)
    case 'Boolean':
      return fc.boolean()
    case 'ID':
      return fc.constantFrom('1', '2', 'x')
    case 'String':
      return fc.constantFrom('a', '', 'é"\\', '$v1')
    default:
      return fc.constantFrom<Json>(1, 'text', true, [1, [null]], { a: { b: null }, id: '1' })
  }
}

function variableOf(type: GraphQLInputType, hasDefault: boolean): fc.Arbitrary<VariableUse> {
  // Null where null is not accepted, or nothing where there is no default, would be an error of the client's.
  const value: fc.Arbitrary<Json | undefined> = jsonOf(type)
  const nullable = isNonNullType(type) ? type.ofType : type
  const use = (
    declared: GraphQLInputType,
    sent: fc.Arbitrary<Json | undefined>,
    defaults: fc.Arbitrary<Json | undefined>,
  ) =>
    fc.record({
      kind: fc.constant('variable' as const),
      type: fc.constant(String(declared)),
      defaultValue: defaults,
      value: sent,
      of: fc.constant(declared),
    })
  const nothing = fc.constant(undefined)
  if (!isNonNullType(type)) {
    return fc.oneof(
      use(type, value, nothing),
      use(type, nothing, nothing),
      use(type, fc.oneof(nothing, value), jsonOf(type)),
    )
  }
  const ofDefaulted = hasDefault ? [use(nullable, fc.oneof(nothing, nonNullJson(type, 2)), nothing)] : []
  return fc.oneof(
    use(type, value, nothing),
    use(nullable, fc.oneof(nothing, nonNullJson(type, 2)), nonNullJson(type, 2)),
    ...ofDefaulted,
  )
}

function inputOf(type: GraphQLInputType, hasDefault: boolean, depth = 2): fc.Arbitrary<InputTree> {
  const nullable = isNonNullType(type) ? type.ofType : type
  const literal = (): fc.Arbitrary<InputTree> => {
    if (isListType(nullable)) {
      return fc.record({
        kind: fc.constant('list' as const),
        items: fc.array(inputOf(nullable.ofType, false, depth - 1), { maxLength: depth > 0 ? 2 : 0 }),
      })
    }
    if (isInputObjectType(nullable)) {
      return fc.record({
        kind: fc.constant('object' as const),
        fields: inputsOf(nullable.getFields(), depth - 1),
      })
    }
    return fc.record({ kind: fc.constant('leaf' as const), value: nonNullJson(type, depth) })
  }
  const nothing: fc.Arbitrary<InputTree> = fc.constant({ kind: 'leaf', value: null })
  return fc.oneof(
    { weight: 4, arbitrary: literal() },
    { weight: 3, arbitrary: variableOf(type, hasDefault) },
    ...(isNonNullType(type) ? [] : [{ weight: 1, arbitrary: nothing }]),
  )
}

function inputsOf(
  inputs: Readonly<Record<string, GraphQLArgument | GraphQLInputField>>,
  depth = 2,
): fc.Arbitrary<Record<string, InputTree>> {
  const isRequired = (input: GraphQLArgument | GraphQLInputField) =>
    isNonNullType(input.type) && input.defaultValue === undefined
  const wanted = Object.values(inputs).filter((input) => depth > 0 || isRequired(input))
  return fc.record(
    Object.fromEntries(
      wanted.map((input) => [input.name, inputOf(input.type, input.defaultValue !== undefined, depth)]),
    ),
    { requiredKeys: wanted.filter(isRequired).map(({ name }) => name) },
  )
}

const fieldsOf = (type: GraphQLCompositeType): GraphQLField<unknown, unknown>[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []

/** Arguments with which a field (`Type.field`) has something to tell. A field with none of them is not asked for. */
export type KnownArguments = ReadonlyMap<string, readonly Readonly<Record<string, Json>>[]>

/** As a client may write them: each in the document, or as a variable. */
function knownInputs({ args }: GraphQLField<unknown, unknown>, known: Readonly<Record<string, Json>>) {
  const inputs = args
    .filter(({ name }) => known[name] !== undefined)
    .map(({ name, type }): [string, fc.Arbitrary<InputTree>] => {
      const value = known[name] ?? null
      return [
        name,
        fc.constantFrom<InputTree>(
          { kind: 'leaf', value },
          { kind: 'variable', type: String(type), defaultValue: undefined, value, of: type },
        ),
      ]
    })
  return fc.record<Record<string, InputTree>>(Object.fromEntries(inputs))
}

/**
 * Makes operations on a schema up, `maxDepth` deep. Where nothing is known of a field's arguments, whatever its type
 * takes is given.
 */
export function createOperations(
  schema: GraphQLSchema,
  maxDepth: number,
  knownArguments: KnownArguments = new Map(),
): fc.Arbitrary<OperationTree> {
  const composites = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith('__'),
  )
  const roots = [schema.getQueryType(), schema.getMutationType()]
  const isRoot = (type: GraphQLCompositeType) => roots.some((root) => root === type)

  const overlaps = (one: GraphQLCompositeType, other: GraphQLCompositeType) =>
    membersOf(one).some((member) => membersOf(other).includes(member))
  const membersOf = (type: GraphQLCompositeType) =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type]

  function aliasOn(type: GraphQLCompositeType, { args }: GraphQLField<unknown, unknown>) {
    const taken = fc.constantFrom(...oddAliases, ...fieldsOf(type).map(({ name }) => name))
    return seldom<string | null>(taken, null, args.length > 0 ? 1 : 5)
  }

  const knownOf = (type: GraphQLCompositeType, { name }: GraphQLField<unknown, unknown>) =>
    knownArguments.get(`${type.name}.${name}`)

  function fieldOn(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, depth: number) {
    const below = getNamedType(field.type)
    const known = knownOf(type, field)
    return fc.record({
      kind: fc.constant('field' as const),
      name: fc.constant(field.name),
      alias: aliasOn(type, field),
      args: known
        ? fc.oneof(...known.map((one) => knownInputs(field, one)))
        : inputsOf(Object.fromEntries(field.args.map((arg) => [arg.name, arg]))),
      conditions,
      selections: isCompositeType(below) ? selectionsOn(below, depth - 1) : fc.constant<Selection[]>([]),
    })
  }

  const typename: fc.Arbitrary<Selection> = fc.record({
    kind: fc.constant('field' as const),
    name: fc.constant('__typename'),
    alias: seldom<string | null>(fc.constantFrom('id', 'kind', 'a'), null, 4),
    args: fc.constant({}),
    conditions,
    selections: fc.constant<Selection[]>([]),
  })

  function selectionOn(type: GraphQLCompositeType, depth: number): fc.Arbitrary<Selection> {
    const isLeaf = (field: GraphQLField<unknown, unknown>) => isLeafType(getNamedType(field.type))
    const fields = fieldsOf(type).filter(
      (field) => (depth > 0 || isLeaf(field)) && knownOf(type, field)?.length !== 0,
    )
    const others = composites.filter((other) => other !== type && overlaps(type, other))
    const inline = (on: GraphQLCompositeType | null) =>
      fc.record({
        kind: fc.constant('inline' as const),
        on: fc.constant(on?.name ?? null),
        conditions,
        selections: selectionsOn(on ?? type, depth - 1),
      })
    const inlines = depth > 0 ? [inline(null), inline(type), ...others.map(inline)] : []
    const spread = fc.record({ kind: fc.constant('spread' as const), fragment: fc.nat(5), conditions })
    const introspection = fc.record({
      kind: fc.constant('introspection' as const),
      text: fc.constantFrom(...introspections),
    })
    return fc.oneof(
      { withCrossShrink: true },
      { weight: fields.length > 0 ? 1 : 3, arbitrary: typename },
      ...(fields.length > 0
        ? [
            {
              weight: isRoot(type) ? 16 : 9,
              arbitrary: fc.oneof(
                ...fields.map((field) => ({
                  weight: isLeaf(field) ? 2 : 3,
                  arbitrary: fieldOn(type, field, depth),
                })),
              ),
            },
          ]
        : []),
      ...(inlines.length > 0
        ? [{ weight: isAbstractType(type) ? 7 : 1, arbitrary: fc.oneof(...inlines) }]
        : []),
      ...(depth > 0 ? [{ weight: 1, arbitrary: spread }] : []),
      ...(type === schema.getQueryType() ? [{ weight: 1, arbitrary: introspection }] : []),
    )
  }

  const known = new Map<string, fc.Arbitrary<Selection[]>>()
  function selectionsOn(type: GraphQLCompositeType, depth: number): fc.Arbitrary<Selection[]> {
    const key = `${type.name} ${depth}`
    const arbitrary =
      known.get(key) ??
      fc.array(selectionOn(type, depth), { minLength: 1, maxLength: depth === maxDepth ? 4 : 3 })
    known.set(key, arbitrary)
    return arbitrary
  }

  const fragment = fc.oneof(
    ...composites
      .filter((type) => !isRoot(type) || type === schema.getQueryType())
      .map((type) => fc.record({ on: fc.constant(type.name), selections: selectionsOn(type, 2) })),
  )
  const operationOn = (kind: OperationTree['kind'], root: GraphQLCompositeType) =>
    fc.record({
      kind: fc.constant(kind),
      selections: selectionsOn(root, maxDepth),
      fragments: fc.array(fragment, { maxLength: 4 }),
      booleans: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      isByDefault: fc.boolean(),
      hasOddNames: fc.boolean(),
      others: seldom(fc.subarray<'before' | 'after'>(['before', 'after']), []),
    })
  const [query, mutation] = roots
  if (!query) throw new Error('there is nothing to ask for')
  return fc.oneof(
    { weight: 6, arbitrary: operationOn('query', query) },
    ...(mutation ? [{ weight: 1, arbitrary: operationOn('mutation', mutation) }] : []),
  )
}
