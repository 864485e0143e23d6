import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  OperationTypeNode,
  parseType,
  type SelectionNode,
  type TypeDefinitionNode,
} from 'graphql'
import {
  argumentOf,
  baseNameOf,
  type ComposedType,
  fieldSetOf,
  getOrAdd,
  graphOf,
  implementationsOf,
  isComposedType,
  joinField,
  marked,
  nameNode,
  withArgument,
} from './join-marks.ts'

/** A field that requires others, in one graph. */
interface Requiring {
  type: ComposedType
  field: FieldDefinitionNode
  graph: string
  mark: ConstDirectiveNode
}

/** What a twin has of the types of its graph. */
interface Twin {
  graph: string
  /** Its own name in the enum `join__Graph`. */
  twin: string
  /** The names of the subgraph and of the twin. */
  real: string
  name: string
  /** As `Type.field`: those that only the twin has now. */
  moved: ReadonlySet<string>
  /** The names of fields, by the name of the type. */
  has: ReadonlyMap<string, ReadonlySet<string>>
}

type Types = ReadonlyMap<string, TypeDefinitionNode>

const coordinate = (type: { name: { value: string } }, field: { name: { value: string } }) =>
  `${type.name.value}.${field.name.value}`

const inGraph = (marks: readonly ConstDirectiveNode[], graph: string) =>
  marks.filter((mark) => graphOf(mark) === graph)

const hasKey = (type: TypeDefinitionNode, graph: string) =>
  inGraph(marked(type, 'join__type'), graph).some(
    (mark) => argumentOf(mark, 'key') !== undefined && argumentOf(mark, 'resolvable') !== false,
  )

const fieldOf = (type: ComposedType, name: string) => type.fields?.find((field) => field.name.value === name)

/** The mark of a field in a graph; null where it has none and needs none, undefined where the graph has no such field. */
function markIn(
  field: FieldDefinitionNode | InputValueDefinitionNode,
  graph: string,
): ConstDirectiveNode | null | undefined {
  const marks = marked(field, 'join__field')
  return marks.length === 0 ? null : inGraph(marks, graph)[0]
}

function composedType(types: Types, name: string): ComposedType | undefined {
  const type = types.get(name)
  return type && isComposedType(type) ? type : undefined
}

/** Calls `visit` for each field of a field set, with the type that it stands on. */
function visitFields(
  types: Types,
  selections: readonly SelectionNode[],
  type: ComposedType | undefined,
  visit: (type: ComposedType, field: FieldDefinitionNode) => void,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value
      const within = condition === undefined ? type : composedType(types, condition)
      visitFields(types, selection.selectionSet.selections, within, visit)
      continue
    }
    const field = type && fieldOf(type, selection.name.value)
    if (!type || !field) continue
    visit(type, field)
    const below = selection.selectionSet?.selections ?? []
    visitFields(types, below, composedType(types, baseNameOf(field.type)), visit)
  }
}

/** The fields that may be meant by a field of a type: of those that implement it as well, and those it implements. */
function meantBy(types: Types, type: ComposedType, { name }: FieldDefinitionNode) {
  const interfaces = (type.interfaces ?? []).map((each) => composedType(types, each.name.value))
  return [type, ...implementationsOf(types, type), ...interfaces].flatMap((each) => {
    const field = each && fieldOf(each, name.value)
    return field ? [{ type: each, field }] : []
  })
}

function requiringOf(type: ComposedType, field: FieldDefinitionNode): Requiring[] {
  return marked(field, 'join__field')
    .filter((mark) => argumentOf(mark, 'requires') !== undefined)
    .map((mark) => ({ type, field, mark, graph: graphOf(mark) }))
}

/**
 * The fields that require others and are themselves required, with the length of the chain that ends in each. Those
 * that are told what is of their request, and not of their entity, stay where that is known.
 */
function chainedFields(types: Types): Map<Requiring, number> {
  // Supergraphs of the first Federation say less of what each subgraph has.
  if ([...types.values()].some((type) => marked(type, 'join__owner').length > 0)) return new Map()
  const all = [...types.values()]
    .filter(isComposedType)
    .flatMap((type) => (type.fields ?? []).flatMap((field) => requiringOf(type, field)))
  const byCoordinate = new Map<string, Requiring[]>()
  for (const each of all) getOrAdd(byCoordinate, coordinate(each.type, each.field), () => []).push(each)

  const requires = new Map<Requiring, Set<Requiring>>()
  for (const each of all) {
    const required = new Set<Requiring>()
    visitFields(types, fieldSetOf(each.mark, 'requires'), each.type, (type, field) => {
      for (const meant of meantBy(types, type, field))
        for (const other of byCoordinate.get(coordinate(meant.type, meant.field)) ?? []) required.add(other)
    })
    requires.set(each, required)
  }

  const lengths = new Map<Requiring, number>()
  function lengthOf(each: Requiring): number {
    const known = lengths.get(each)
    if (known !== undefined) return known
    // Types may lead back to themselves, other than objects.
    lengths.set(each, 0)
    const length = 1 + Math.max(0, ...[...(requires.get(each) ?? [])].map(lengthOf))
    lengths.set(each, length)
    return length
  }
  const canMove = ({ type, graph, mark }: Requiring) =>
    hasKey(type, graph) && !mark.arguments?.some(({ name }) => name.value === 'contextArguments')
  const chained = new Set([...requires.values()].flatMap((required) => [...required]).filter(canMove))
  return new Map([...chained].map((each) => [each, lengthOf(each)]))
}

interface Needed {
  /** The names of fields, by the name of the type. */
  has: ReadonlyMap<string, ReadonlySet<string>>
  /** The types that these fields lead to. */
  given: ReadonlySet<string>
}

/** Everything that these fields need in a graph of their own. */
function neededBy(types: Types, graph: string, fields: readonly Requiring[]): Needed {
  const needed = new Map<string, Set<string>>()
  const moved = new Set(fields.map(({ type, field }) => coordinate(type, field)))
  const given = new Set<string>()

  const isInGraph = (type: TypeDefinitionNode) => inGraph(marked(type, 'join__type'), graph).length > 0
  const membersOf = (type: TypeDefinitionNode): TypeDefinitionNode[] => {
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION)
      return implementationsOf(types, type).filter((each) =>
        inGraph(marked(each, 'join__implements'), graph).some(
          (mark) => argumentOf(mark, 'interface') === type.name.value,
        ),
      )
    if (type.kind !== Kind.UNION_TYPE_DEFINITION) return []
    return (type.types ?? []).flatMap(({ name }) => types.get(name.value) ?? []).filter(isInGraph)
  }

  function needType(name: string): void {
    const type = types.get(name)
    if (!type || needed.has(name) || !isInGraph(type)) return
    needed.set(name, new Set())
    for (const member of membersOf(type)) needType(member.name.value)
    if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of type.fields ?? []) needType(baseNameOf(field.type))
    if (!isComposedType(type)) return
    for (const mark of inGraph(marked(type, 'join__type'), graph))
      visitFields(types, fieldSetOf(mark, 'key'), type, needField)
  }

  /** Whether the graph gives or knows the field by itself, or it is one of those that are moved. */
  function canHave(type: ComposedType, field: FieldDefinitionNode): boolean {
    const mark = markIn(field, graph)
    if (mark === null || moved.has(coordinate(type, field))) return true
    return (
      mark?.arguments?.every(({ name }) => name.value !== 'requires' && name.value !== 'contextArguments') ??
      false
    )
  }

  function needField(type: ComposedType, field: FieldDefinitionNode): void {
    needType(type.name.value)
    const names = needed.get(type.name.value)
    if (!names || names.has(field.name.value) || !canHave(type, field)) return
    names.add(field.name.value)
    for (const argument of field.arguments ?? []) needType(baseNameOf(argument.type))
    needType(baseNameOf(field.type))
    const mark = markIn(field, graph)
    const ownType = mark && argumentOf(mark, 'type')
    if (typeof ownType === 'string') needType(baseNameOf(parseType(ownType)))
    for (const member of membersOf(type)) {
      const own = isComposedType(member) && fieldOf(member, field.name.value)
      if (own) needField(member, own)
    }
    if (!mark) return
    const below = composedType(types, baseNameOf(field.type))
    visitFields(types, fieldSetOf(mark, 'provides'), below, needField)
    visitFields(types, fieldSetOf(mark, 'requires'), type, needField)
  }

  const isLeaf = ({ type }: FieldDefinitionNode) => {
    const base = types.get(baseNameOf(type))
    return !base || base.kind === Kind.SCALAR_TYPE_DEFINITION || base.kind === Kind.ENUM_TYPE_DEFINITION
  }
  const isMoving = (field: FieldDefinitionNode) =>
    marked(field, 'join__field').some((mark) => argumentOf(mark, 'overrideLabel') !== undefined)

  /**
   * What can be had of an object that is given: its leaves, and all that is below where it can't be asked for once
   * more by a key.
   */
  function needGiven(name: string): void {
    const type = types.get(name)
    if (!type || given.has(name)) return
    given.add(name)
    needType(name)
    for (const member of membersOf(type)) needGiven(member.name.value)
    if (!isComposedType(type)) return
    const isEntity = hasKey(type, graph)
    for (const field of type.fields ?? []) {
      if (!canHave(type, field) || (isEntity && (!isLeaf(field) || isMoving(field)))) continue
      needField(type, field)
      needGiven(baseNameOf(field.type))
    }
  }

  for (const { type, field } of fields) {
    needField(type, field)
    needGiven(baseNameOf(field.type))
  }
  // A type has to have a field.
  for (const [name, names] of needed) {
    const type = composedType(types, name)
    const first = type?.fields?.find((field) => canHave(type, field))
    if (type && first && names.size === 0) needField(type, first)
  }
  return { has: needed, given }
}

/**
 * The fields of chains, as `Type.field`, of those subgraphs where one leads to an object that has one. A client that
 * goes that way comes to the next from a twin, as it would from the subgraph itself; so it must not go by these.
 */
export function chainsThatLeadBack(types: ReadonlyMap<string, TypeDefinitionNode>): ReadonlySet<string> {
  const byGraph = new Map<string, Requiring[]>()
  for (const each of chainedFields(types).keys()) getOrAdd(byGraph, each.graph, () => []).push(each)
  const leading = [...byGraph].filter(([graph, fields]) => {
    const { given } = neededBy(types, graph, fields)
    return fields.some(({ type }) => given.has(type.name.value))
  })
  return new Set(leading.flatMap(([, fields]) => fields.map(({ type, field }) => coordinate(type, field))))
}

/** Whether a field of a type may be one of these. */
export const mayBeOneOf = (
  types: ReadonlyMap<string, TypeDefinitionNode>,
  coordinates: ReadonlySet<string>,
  type: ComposedType,
  field: FieldDefinitionNode,
): boolean =>
  coordinates.size > 0 &&
  meantBy(types, type, field).some((meant) => coordinates.has(coordinate(meant.type, meant.field)))

function joinGraphOf(types: Types): EnumTypeDefinitionNode | undefined {
  const type = types.get('join__Graph')
  return type?.kind === Kind.ENUM_TYPE_DEFINITION ? type : undefined
}

const toTwin = (mark: ConstDirectiveNode, { twin }: Twin) =>
  withArgument(mark, 'graph', { kind: Kind.ENUM, value: twin })

/** The marks with those of each graph for its twins too. */
const withTwinMarks = (marks: readonly ConstDirectiveNode[], twins: readonly Twin[]) => [
  ...marks,
  ...twins.flatMap((twin) => inGraph(marks, twin.graph).map((mark) => toTwin(mark, twin))),
]

const otherMarks = ({ directives = [] }: { directives?: readonly ConstDirectiveNode[] | undefined }) =>
  directives.filter(({ name }) => name.value !== 'join__field')

const unresolvable = {
  kind: Kind.ARGUMENT,
  name: nameNode('resolvable'),
  value: { kind: Kind.BOOLEAN, value: false },
} as const

/** A type of a twin can be asked for by key where the twin has something of its own to say of it. */
function twinTypeMarks(type: TypeDefinitionNode, twin: Twin): ConstDirectiveNode[] {
  const { name } = type
  const isAsked = [...twin.moved].some((each) => each.startsWith(`${name.value}.`))
  return inGraph(marked(type, 'join__type'), twin.graph).map((mark) => {
    const own = toTwin(mark, twin)
    if (isAsked || argumentOf(mark, 'key') === undefined) return own
    const others = (own.arguments ?? []).filter((argument) => argument.name.value !== 'resolvable')
    return { ...own, arguments: [...others, unresolvable] }
  })
}

function typeMarks(type: TypeDefinitionNode, twins: readonly Twin[]): ConstDirectiveNode[] {
  const ownImplements = marked(type, 'join__implements')
  return [
    ...(type.directives ?? []),
    ...twins.flatMap((twin) => [
      ...twinTypeMarks(type, twin),
      ...inGraph(ownImplements, twin.graph)
        .filter((mark) => twin.has.has(String(argumentOf(mark, 'interface'))))
        .map((mark) => toTwin(mark, twin)),
      ...inGraph(marked(type, 'join__unionMember'), twin.graph).map((mark) => toTwin(mark, twin)),
    ]),
  ]
}

/** The field as it is with twins; `twins` are those that have its type. */
function fieldWithTwins(
  type: ComposedType,
  field: FieldDefinitionNode,
  twins: readonly Twin[],
): FieldDefinitionNode {
  const marks = marked(field, 'join__field')
  const having = twins.filter(({ has }) => has.get(type.name.value)?.has(field.name.value))
  const name = coordinate(type, field)
  if (marks.length === 0) {
    // What has no mark, all have that have the type.
    if (having.length === twins.length) return field
    const graphs = new Set(marked(type, 'join__type').map(graphOf))
    const all = [...graphs, ...having.map(({ twin }) => twin)]
    return { ...field, directives: [...(field.directives ?? []), ...all.map((graph) => joinField(graph))] }
  }
  const left = marks.filter(
    (mark) => !having.some(({ graph, moved }) => graph === graphOf(mark) && moved.has(name)),
  )
  const added = having.flatMap((twin) => inGraph(marks, twin.graph).map((mark) => toTwin(mark, twin)))
  return { ...field, directives: [...otherMarks(field), ...left, ...added] }
}

function typeWithTwins(type: TypeDefinitionNode, twins: readonly Twin[]): TypeDefinitionNode {
  if (twins.length === 0) return type
  const directives = typeMarks(type, twins)
  if (type.kind === Kind.ENUM_TYPE_DEFINITION)
    return {
      ...type,
      directives,
      values: (type.values ?? []).map((value) => ({
        ...value,
        directives: withTwinMarks(value.directives ?? [], twins),
      })),
    }
  if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    return {
      ...type,
      directives,
      fields: (type.fields ?? []).map((field) => ({
        ...field,
        directives: withTwinMarks(field.directives ?? [], twins),
      })),
    }
  if (!isComposedType(type)) return { ...type, directives }
  const fields = (type.fields ?? []).map((field) => fieldWithTwins(type, field, twins))
  return { ...type, directives, fields }
}

const graphMark = (value: EnumValueDefinitionNode) => marked(value, 'join__graph')[0]

/** A twin for each graph and length of a chain. */
function makeTwins(
  types: Types,
  chained: ReadonlyMap<Requiring, number>,
  graphs: readonly EnumValueDefinitionNode[],
): Twin[] {
  const groups = new Map<string, Requiring[]>()
  for (const [each, length] of chained) getOrAdd(groups, `${each.graph} ${length}`, () => []).push(each)

  const names = new Map(
    graphs.map((value) => {
      const mark = graphMark(value)
      return [value.name.value, String(mark && argumentOf(mark, 'name'))]
    }),
  )
  const taken = new Set([...names.keys(), ...names.values()])
  const free = (wanted: string): string => (taken.has(wanted) ? free(`${wanted}_`) : wanted)

  return [...groups.values()].map((fields, index) => {
    const { graph } = fields[0] ?? { graph: '' }
    const real = names.get(graph) ?? graph
    return {
      graph,
      twin: free(`${graph}_TWIN_${index}`),
      real,
      name: free(`${real}_twin_${index}`),
      moved: new Set(fields.map(({ type, field }) => coordinate(type, field))),
      has: neededBy(types, graph, fields).has,
    }
  })
}

/** The graphs and their twins, which have other names and the same address. */
function withTwins(joinGraph: EnumTypeDefinitionNode, twins: readonly Twin[]): EnumTypeDefinitionNode {
  const { values = [] } = joinGraph
  const added = twins.flatMap(({ graph, twin, name }) =>
    values
      .filter((value) => value.name.value === graph)
      .map((value) => ({
        ...value,
        name: nameNode(twin),
        directives: (value.directives ?? []).map((mark) =>
          mark === graphMark(value) ? withArgument(mark, 'name', { kind: Kind.STRING, value: name }) : mark,
        ),
      })),
  )
  return { ...joinGraph, values: [...values, ...added] }
}

export interface TwinGraphs {
  document: DocumentNode
  /** The names of the subgraphs that have twins, by the names of these. */
  realNames: ReadonlyMap<string, string>
}

/**
 * Gives each field that requires others and is itself required to a twin of its subgraph. The planner puts a fetch
 * into one before it that asks the same subgraph; where a field of a chain is asked of the subgraph that the way came
 * from, it is no longer told what it requires. Each length of a chain has a twin of its own.
 */
export function addTwinGraphs(document: DocumentNode): TwinGraphs {
  const types = new Map(
    document.definitions.filter(isTypeDefinitionNode).map((type) => [type.name.value, type]),
  )
  const joinGraph = joinGraphOf(types)
  const chained = chainedFields(types)
  if (!joinGraph || chained.size === 0) return { document, realNames: new Map() }

  const twins = makeTwins(types, chained, joinGraph.values ?? [])
  const queryName = queryNameOf(document)
  const definitions = document.definitions.map((node) => {
    if (!isTypeDefinitionNode(node)) return node
    if (node === joinGraph) return withTwins(joinGraph, twins)
    // Every subgraph has the root, whatever it has there.
    const having = twins.filter(({ has }) => node.name.value === queryName || has.has(node.name.value))
    return typeWithTwins(node, having)
  })
  return {
    document: { ...document, definitions },
    realNames: new Map(twins.map(({ name, real }) => [name, real])),
  }
}

function queryNameOf({ definitions }: DocumentNode): string {
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION) continue
    const root = node.operationTypes.find(({ operation }) => operation === OperationTypeNode.QUERY)
    if (root) return root.type.name.value
  }
  return 'Query'
}
