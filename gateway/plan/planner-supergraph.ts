import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type GraphQLSchema,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  type TypeDefinitionNode,
} from 'graphql'
import {
  argumentOf,
  baseNameOf,
  type ComposedType,
  externalMark,
  fieldSetOf,
  getOrAdd,
  graphOf,
  implementationsOf,
  isComposedType,
  joinField,
  marked,
  nameNode,
  ownerMarks,
  ownersOf,
  parseFieldSet,
  printFieldSet,
  withArgument,
} from './join-marks.ts'
import { addTwinGraphs, chainsThatLeadBack, mayBeOneOf } from './twin-graphs.ts'

/** A field that some `@requires` names, and that has another name there for the planner. */
export interface RequiredField {
  /** Its own name. */
  name: string
  /** The arguments, as they are written: `(currency: "EUR")`. Empty where there are none. */
  argumentsText: string
}

/** The supergraph as the planner reads it, and what running its plans needs to know of it. */
export interface PlannerSupergraph {
  sdl: string
  /** All of it, also what clients can't see. */
  schema: GraphQLSchema
  /** The names that the planner may add to a selection of a client's. */
  plannedNames: ReadonlySet<string>
  /** By the name that stands for the field, and its arguments, in the planner's supergraph. */
  requiredFields: ReadonlyMap<string, RequiredField>
  /** The field names of each key by which a subgraph knows a type. */
  keysOf(typename: string, subgraph: string): readonly (readonly string[])[]
  /** Whether a subgraph can give a field of any object of a type, without being told more than its key. */
  canResolve(subgraph: string, typename: string, field: string): boolean
  /** What a field of a subgraph requires, with the names that stand for required fields with arguments. */
  requiredBy(typename: string, field: string, subgraph: string): readonly SelectionNode[]
  /** The subgraphs that can give a field of a type, be it that they have to be told more than a key. */
  ownersOf(typename: string, field: string): ReadonlySet<string>
  /** The names of the fields that some subgraph provides in places where it does not own them. */
  providedNames: ReadonlySet<string>
  /** The subgraph that is meant by a name of the planner's supergraph, which may have several for one. */
  realName(subgraph: string): string
  /** The names that a subgraph has in the planner's supergraph. */
  plannedNamesOf(subgraph: string): readonly string[]
  /** The labels by which fields move from one subgraph to another. */
  overrideLabels: readonly string[]
}

function namesIn(selections: readonly SelectionNode[]): string[] {
  return selections.flatMap((selection) => [
    ...(selection.kind === Kind.FIELD ? [selection.name.value] : []),
    ...(selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet
      ? namesIn(selection.selectionSet.selections)
      : []),
  ])
}

const topNames = (selections: readonly SelectionNode[]) =>
  selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []))

/** Puts keys that nobody can be asked by behind those that one can: the planner takes the first of a subgraph. */
function withResolvableKeysFirst<Type extends ComposedType>(type: Type): Type {
  const isLast = (directive: ConstDirectiveNode) =>
    directive.name.value === 'join__type' && argumentOf(directive, 'resolvable') === false
  const { directives = [] } = type
  if (!directives.some(isLast)) return type
  return {
    ...type,
    directives: [...directives.filter((each) => !isLast(each)), ...directives.filter(isLast)],
  }
}

const composedOf = (types: ReadonlyMap<string, TypeDefinitionNode>) =>
  new Map([...types.values()].filter(isComposedType).map((type) => [type.name.value, type]))

/**
 * Lets each field with arguments that a `@requires` names be a field without arguments. The planner merges them into
 * the client's own selections by name alone, so that one with other arguments would be taken for it, be it the
 * client's or another `@requires`'s. The same goes for fields of chains that lead back to themselves, so that the
 * client's own way is another than the requirement's.
 */
function createStandIns(allTypes: ReadonlyMap<string, TypeDefinitionNode>) {
  const types = composedOf(allTypes)
  const leadingBack = chainsThatLeadBack(allTypes)
  const fields = new Map<string, RequiredField>()
  const standIns = new Map<string, string>()
  const added = new Map<string, Map<string, FieldDefinitionNode>>()

  function standInFor({ name, arguments: given = [] }: FieldNode): string {
    const texts = given.map((argument) => stripIgnoredCharacters(print(argument)))
    const argumentsText = texts.length > 0 ? `(${texts.join(',')})` : ''
    return getOrAdd(standIns, name.value + argumentsText, () => {
      const standIn = `arcade_required_${standIns.size}_${name.value}`
      fields.set(standIn, { name: name.value, argumentsText })
      return standIn
    })
  }

  /** The mark of an owner for a stand-in, with what it needs to be told, and who it is asked for. */
  function standInMark(mark: ConstDirectiveNode): ConstDirectiveNode {
    const isMoving = argumentOf(mark, 'overrideLabel') !== undefined
    const kept = isMoving ? ['requires', 'override', 'overrideLabel'] : ['requires']
    return joinField(
      graphOf(mark),
      mark.arguments?.filter(({ name }) => kept.includes(name.value)),
    )
  }

  function addTo(type: ComposedType, field: FieldDefinitionNode, standIn: string, graph: string): void {
    const ofType = getOrAdd(added, type.name.value, () => new Map<string, FieldDefinitionNode>())
    const marks =
      ownerMarks(field)?.map(standInMark) ?? ownersOf(type, field).map((owner) => joinField(owner))
    const isNew = !ofType.has(standIn)
    const directives = ofType.get(standIn)?.directives ?? marks
    const isMarked = directives.some((directive) => graphOf(directive) === graph)
    ofType.set(standIn, {
      kind: Kind.FIELD_DEFINITION,
      name: nameNode(standIn),
      type: field.type,
      directives: isMarked ? directives : [...directives, joinField(graph, externalMark)],
    })
    if (!isNew) return
    // What it requires may have arguments as well, and be of its own type.
    const rewritten = marks.map((mark) => [mark, rewriteMark(type, mark)] as const)
    const changed = new Map(rewritten)
    const current = ofType.get(standIn)
    if (!current) return
    ofType.set(standIn, {
      ...current,
      directives: current.directives?.map((mark) => changed.get(mark) ?? mark) ?? [],
    })
  }

  /** The types that a required field of a type is to be had of: for an interface, those that implement it as well. */
  const withImplementations = (type: ComposedType): ComposedType[] => [
    type,
    ...implementationsOf(types, type),
  ]

  const baseTypeOf = ({ type }: FieldDefinitionNode) => types.get(baseNameOf(type))

  /** The selections of a `@requires` of `graph` with stand-ins in the place of fields with arguments. */
  function rewrite(
    selections: readonly SelectionNode[],
    type: ComposedType | undefined,
    graph: string,
  ): SelectionNode[] {
    return selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        const within = condition === undefined ? type : types.get(condition)
        const below = rewrite(selection.selectionSet.selections, within, graph)
        return { ...selection, selectionSet: { ...selection.selectionSet, selections: below } }
      }
      const field = type?.fields?.find(({ name }) => name.value === selection.name.value)
      const { selectionSet } = selection
      const node = {
        ...selection,
        ...(selectionSet && {
          selectionSet: {
            ...selectionSet,
            selections: rewrite(selectionSet.selections, field && baseTypeOf(field), graph),
          },
        }),
      }
      if (!type || !field) return node
      if (!selection.arguments?.length && !mayBeOneOf(allTypes, leadingBack, type, field)) return node
      const standIn = standInFor(selection)
      for (const each of withImplementations(type)) {
        const own = each.fields?.find(({ name }) => name.value === selection.name.value)
        if (own) addTo(each, own, standIn, graph)
      }
      return { ...node, name: nameNode(standIn), arguments: [] }
    })
  }

  function rewriteMark(type: ComposedType, mark: ConstDirectiveNode): ConstDirectiveNode {
    const requires = argumentOf(mark, 'requires')
    if (typeof requires !== 'string') return mark
    if (!requires.includes('(') && leadingBack.size === 0) return mark
    const value = printFieldSet(rewrite(parseFieldSet(requires), type, graphOf(mark)))
    return withArgument(mark, 'requires', { kind: Kind.STRING, value })
  }

  return {
    fields,
    rewriteRequires(type: ComposedType, field: FieldDefinitionNode): FieldDefinitionNode {
      const directives = field.directives?.map((mark) =>
        mark.name.value === 'join__field' ? rewriteMark(type, mark) : mark,
      )
      return directives ? { ...field, directives } : field
    },
    addedTo: (typename: string) => [...(added.get(typename)?.values() ?? [])],
  }
}

function graphNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>()
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue
    for (const value of node.values ?? []) {
      const [mark] = marked(value, 'join__graph')
      names.set(value.name.value, String(mark ? argumentOf(mark, 'name') : value.name.value))
    }
  }
  return names
}

/** The names of all fields in the field sets that stand in these arguments. */
function namesInFieldSets(types: Iterable<ComposedType>, ...args: ('key' | 'requires' | 'provides')[]) {
  const sets = [...types]
    .flatMap((type) => [
      ...marked(type, 'join__type'),
      ...(type.fields ?? []).flatMap((field) => marked(field, 'join__field')),
    ])
    .flatMap((mark) => args.map((name) => argumentOf(mark, name)))
    .filter((text) => typeof text === 'string')
  return new Set(sets.flatMap((text) => namesIn(parseFieldSet(text))))
}

/** What is looked up of fields and keys, for the real subgraphs. */
function lookUps(types: ReadonlyMap<string, ComposedType>, names: ReadonlyMap<string, string>) {
  const keys = new Map<string, string[][]>()
  const owners = new Map<string, Set<string>>()
  const free = new Map<string, Set<string>>()
  const namesOf = (graphs: readonly string[]) => new Set(graphs.map((graph) => names.get(graph) ?? graph))
  for (const type of types.values()) {
    for (const mark of marked(type, 'join__type')) {
      const key = argumentOf(mark, 'key')
      if (typeof key !== 'string') continue
      getOrAdd(keys, `${type.name.value}.${names.get(graphOf(mark))}`, () => []).push(
        topNames(parseFieldSet(key)),
      )
    }
    for (const field of type.fields ?? []) {
      // Of what is required, the subgraph has to be told; of what is moving, it may have nothing any more.
      const bound = marked(field, 'join__field')
        .filter(
          (mark) =>
            argumentOf(mark, 'requires') !== undefined || argumentOf(mark, 'overrideLabel') !== undefined,
        )
        .map(graphOf)
      const graphs = ownersOf(type, field)
      const coordinate = `${type.name.value}.${field.name.value}`
      owners.set(coordinate, namesOf(graphs))
      free.set(coordinate, namesOf(graphs.filter((graph) => !bound.includes(graph))))
    }
  }
  return { keys, owners, free }
}

function createRequiredBy(types: ReadonlyMap<string, ComposedType>, names: ReadonlyMap<string, string>) {
  const known = new Map<string, readonly SelectionNode[]>()
  const graphs = new Map([...names].map(([graph, name]) => [name, graph]))

  function requiredOf(type: ComposedType, name: string, graph: string | undefined): SelectionNode[] {
    const field = type.fields?.find((each) => each.name.value === name)
    return field
      ? marked(field, 'join__field')
          .filter((mark) => graphOf(mark) === graph)
          .flatMap((mark) => fieldSetOf(mark, 'requires'))
      : []
  }

  return (typename: string, field: string, subgraph: string): readonly SelectionNode[] =>
    getOrAdd(known, `${typename}.${field}.${subgraph}`, () => {
      const type = types.get(typename)
      if (!type) return []
      const own = requiredOf(type, field, graphs.get(subgraph))
      if (own.length > 0 || type.kind === Kind.OBJECT_TYPE_DEFINITION) return own
      return implementationsOf(types, type).flatMap((each) => requiredOf(each, field, graphs.get(subgraph)))
    })
}

const overrideLabelsOf = (types: Iterable<ComposedType>): string[] => [
  ...new Set(
    [...types]
      .flatMap(({ fields = [] }) => fields.flatMap((field) => marked(field, 'join__field')))
      .map((mark) => argumentOf(mark, 'overrideLabel'))
      .filter((label) => typeof label === 'string'),
  ),
]

const noOwners: ReadonlySet<string> = new Set()

/** Repairs, around the planner and not in it, what would make it plan something else than was asked. */
export function preparePlannerSupergraph(sdl: string): PlannerSupergraph {
  const document = parse(sdl, { noLocation: true })
  const allTypes = new Map(
    document.definitions.filter(isTypeDefinitionNode).map((type) => [type.name.value, type]),
  )
  const types = composedOf(allTypes)
  const names = graphNames(document)
  const standInFields = createStandIns(allTypes)

  const rewritten = new Map(
    [...types].map(([name, type]) => [
      name,
      { ...type, fields: type.fields?.map((field) => standInFields.rewriteRequires(type, field)) },
    ]),
  )
  const complete = new Map(
    [...rewritten].map(([name, type]) => [
      name,
      { ...type, fields: [...(type.fields ?? []), ...standInFields.addedTo(name)] },
    ]),
  )
  const { document: twinned, realNames } = addTwinGraphs({
    ...document,
    definitions: document.definitions.map((node) =>
      isComposedType(node) ? (complete.get(node.name.value) ?? node) : node,
    ),
  })
  const repaired: DocumentNode = {
    ...twinned,
    definitions: twinned.definitions.map((node) =>
      isComposedType(node) ? withResolvableKeysFirst(node) : node,
    ),
  }
  const { keys, owners, free } = lookUps(types, names)

  return {
    sdl: print(repaired),
    schema: buildASTSchema(repaired, { assumeValid: true, assumeValidSDL: true }),
    plannedNames: namesInFieldSets(types.values(), 'key', 'requires', 'provides'),
    providedNames: namesInFieldSets(types.values(), 'provides'),
    requiredFields: standInFields.fields,
    keysOf: (typename, subgraph) => keys.get(`${typename}.${subgraph}`) ?? [],
    canResolve: (subgraph, typename, field) => free.get(`${typename}.${field}`)?.has(subgraph) ?? false,
    ownersOf: (typename, field) => owners.get(`${typename}.${field}`) ?? noOwners,
    requiredBy: createRequiredBy(complete, names),
    realName: (subgraph) => realNames.get(subgraph) ?? subgraph,
    plannedNamesOf: (subgraph) => [
      subgraph,
      ...[...realNames].filter(([, real]) => real === subgraph).map(([twin]) => twin),
    ],
    overrideLabels: overrideLabelsOf(types.values()),
  }
}
