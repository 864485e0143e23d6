import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
} from 'graphql'

/** A field with arguments that some `@requires` names. */
export interface RequiredField {
  /** Its own name. */
  name: string
  /** The arguments, as they are written: `(currency: "EUR")`. */
  argumentsText: string
}

/** The supergraph as the planner reads it, and what running its plans needs to know of it. */
export interface PlannerSupergraph {
  sdl: string
  /** All of it, also what clients can't see. */
  schema: GraphQLSchema
  /** The names that the planner may add to a selection of a client's. */
  plannedNames: ReadonlySet<string>
  /** By the name that stands for the field and its arguments in the planner's supergraph. */
  requiredFields: ReadonlyMap<string, RequiredField>
  /** The field names of each key by which a subgraph knows a type. */
  keysOf(typename: string, subgraph: string): readonly (readonly string[])[]
  /** Whether a subgraph can give a field of any object of a type, without being told more than its key. */
  canResolve(subgraph: string, typename: string, field: string): boolean
  /** The names that stand for required fields with arguments, for one field that requires them. */
  requiredBy(typename: string, field: string, subgraph: string): readonly string[]
}

type ComposedType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

const isComposedType = (node: { kind: string }): node is ComposedType =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION

interface Marks {
  directives?: readonly ConstDirectiveNode[] | undefined
}

const marked = ({ directives = [] }: Marks, name: string) =>
  directives.filter((directive) => directive.name.value === name)

function argumentOf(directive: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value && 'value' in value ? value.value : undefined
}

/** A field set as it stands in `@key` and `@requires`: https://www.apollographql.com/docs/federation/federated-schemas/federated-directives */
function parseFieldSet(text: string): readonly SelectionNode[] {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

const printFieldSet = (selections: readonly SelectionNode[]) =>
  stripIgnoredCharacters(selections.map(print).join(' '))

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

const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const

/** A mark of `@join__field`: https://specs.apollo.dev/join/v0.5 */
const joinField = (graph: string, marks: ConstDirectiveNode['arguments'] = []): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: nameNode('join__field'),
  arguments: [
    { kind: Kind.ARGUMENT, name: nameNode('graph'), value: { kind: Kind.ENUM, value: graph } },
    ...marks,
  ],
})

const externalMark: ConstDirectiveNode['arguments'] = [
  { kind: Kind.ARGUMENT, name: nameNode('external'), value: { kind: Kind.BOOLEAN, value: true } },
]

const graphOf = (directive: ConstDirectiveNode) => String(argumentOf(directive, 'graph'))

/** The graphs that give a field themselves, as the enum `join__Graph` names them. */
function ownersOf(type: ComposedType, field: FieldDefinitionNode): string[] {
  const marks = marked(field, 'join__field').filter((mark) => argumentOf(mark, 'graph') !== undefined)
  // Without a mark, every subgraph that has the type has the field.
  if (marks.length === 0) return marked(type, 'join__type').map(graphOf)
  return marks.filter((mark) => argumentOf(mark, 'external') !== true).map(graphOf)
}

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

const getOrAdd = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/**
 * Lets each field with arguments that a `@requires` names be a field without arguments. The planner merges them into
 * the client's own selections by name alone, so that one with other arguments would be taken for it, be it the
 * client's or another `@requires`'s.
 */
function createArgumentFields(types: ReadonlyMap<string, ComposedType>) {
  const fields = new Map<string, RequiredField>()
  const requiredBy = new Map<string, string[]>()
  const standIns = new Map<string, string>()
  const added = new Map<string, Map<string, FieldDefinitionNode>>()

  function standInFor({ name, arguments: given = [] }: FieldNode): string {
    const argumentsText = `(${given.map((argument) => stripIgnoredCharacters(print(argument))).join(',')})`
    return getOrAdd(standIns, name.value + argumentsText, () => {
      const standIn = `arcade_required_${standIns.size}_${name.value}`
      fields.set(standIn, { name: name.value, argumentsText })
      return standIn
    })
  }

  function addTo(type: ComposedType, field: FieldDefinitionNode, standIn: string, graph: string): void {
    const ofType = getOrAdd(added, type.name.value, () => new Map<string, FieldDefinitionNode>())
    const directives =
      ofType.get(standIn)?.directives ?? ownersOf(type, field).map((owner) => joinField(owner))
    const isMarked = directives.some((directive) => graphOf(directive) === graph)
    ofType.set(standIn, {
      kind: Kind.FIELD_DEFINITION,
      name: nameNode(standIn),
      type: field.type,
      directives: isMarked ? directives : [...directives, joinField(graph, externalMark)],
    })
  }

  /** The types that a required field of a type is to be had of: for an interface, those that implement it as well. */
  function withImplementations(type: ComposedType): ComposedType[] {
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION) return [type]
    const implementing = [...types.values()].filter(({ interfaces = [] }) =>
      interfaces.some(({ name }) => name.value === type.name.value),
    )
    return [type, ...implementing]
  }

  function baseTypeOf({ type }: FieldDefinitionNode): ComposedType | undefined {
    let node = type
    while (node.kind !== Kind.NAMED_TYPE) node = node.type
    return types.get(node.name.value)
  }

  /** The selections of a `@requires` of `graph` with stand-ins in the place of fields with arguments. */
  function rewrite(
    selections: readonly SelectionNode[],
    type: ComposedType | undefined,
    graph: string,
    used: string[],
  ): SelectionNode[] {
    return selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        const within = condition === undefined ? type : types.get(condition)
        const below = rewrite(selection.selectionSet.selections, within, graph, used)
        return { ...selection, selectionSet: { ...selection.selectionSet, selections: below } }
      }
      const field = type?.fields?.find(({ name }) => name.value === selection.name.value)
      const { selectionSet } = selection
      const node = {
        ...selection,
        ...(selectionSet && {
          selectionSet: {
            ...selectionSet,
            selections: rewrite(selectionSet.selections, field && baseTypeOf(field), graph, used),
          },
        }),
      }
      if (!type || !field || !selection.arguments?.length) return node
      const standIn = standInFor(selection)
      used.push(standIn)
      for (const each of withImplementations(type)) {
        const own = each.fields?.find(({ name }) => name.value === selection.name.value)
        if (own) addTo(each, own, standIn, graph)
      }
      return { ...node, name: nameNode(standIn), arguments: [] }
    })
  }

  function rewriteMark(type: ComposedType, field: FieldDefinitionNode, mark: ConstDirectiveNode) {
    const requires = argumentOf(mark, 'requires')
    if (typeof requires !== 'string' || !requires.includes('(')) return mark
    const used: string[] = []
    const value = printFieldSet(rewrite(parseFieldSet(requires), type, graphOf(mark), used))
    requiredBy.set(`${type.name.value}.${field.name.value}.${graphOf(mark)}`, used)
    return {
      ...mark,
      arguments: mark.arguments?.map((argument) =>
        argument.name.value === 'requires'
          ? { ...argument, value: { kind: Kind.STRING, value } as const }
          : argument,
      ),
    }
  }

  return {
    fields,
    requiredBy,
    rewriteRequires(type: ComposedType, field: FieldDefinitionNode): FieldDefinitionNode {
      const directives = field.directives?.map((mark) =>
        mark.name.value === 'join__field' ? rewriteMark(type, field, mark) : mark,
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

/** Every field set of the supergraph: of keys, `@requires` and `@provides`. */
function fieldSetsOf(types: Iterable<ComposedType>): string[] {
  return [...types]
    .flatMap((type) => [
      ...marked(type, 'join__type').map((mark) => argumentOf(mark, 'key')),
      ...(type.fields ?? []).flatMap((field) =>
        marked(field, 'join__field').flatMap((mark) => [
          argumentOf(mark, 'requires'),
          argumentOf(mark, 'provides'),
        ]),
      ),
    ])
    .filter((text) => typeof text === 'string')
}

/** Repairs, around the planner and not in it, what would make it plan something else than was asked. */
export function preparePlannerSupergraph(sdl: string): PlannerSupergraph {
  const document = parse(sdl, { noLocation: true })
  const types = new Map(document.definitions.filter(isComposedType).map((type) => [type.name.value, type]))
  const names = graphNames(document)
  const argumentFields = createArgumentFields(types)

  const rewritten = new Map(
    [...types].map(([name, type]) => [
      name,
      { ...type, fields: type.fields?.map((field) => argumentFields.rewriteRequires(type, field)) },
    ]),
  )
  const repaired: DocumentNode = {
    ...document,
    definitions: document.definitions.map((node) => {
      const type = isComposedType(node) ? rewritten.get(node.name.value) : undefined
      if (!type) return node
      const fields = [...(type.fields ?? []), ...argumentFields.addedTo(type.name.value)]
      return withResolvableKeysFirst({ ...type, fields })
    }),
  }

  const keys = new Map<string, string[][]>()
  const owners = new Map<string, Set<string>>()
  for (const type of types.values()) {
    for (const mark of marked(type, 'join__type')) {
      const key = argumentOf(mark, 'key')
      if (typeof key !== 'string') continue
      getOrAdd(keys, `${type.name.value}.${names.get(graphOf(mark))}`, () => []).push(
        topNames(parseFieldSet(key)),
      )
    }
    for (const field of type.fields ?? []) {
      const requiring = marked(field, 'join__field')
        .filter((mark) => argumentOf(mark, 'requires') !== undefined)
        .map(graphOf)
      const free = ownersOf(type, field).filter((graph) => !requiring.includes(graph))
      owners.set(
        `${type.name.value}.${field.name.value}`,
        new Set(free.map((graph) => names.get(graph) ?? graph)),
      )
    }
  }
  const graphEnums = new Map([...names].map(([graph, name]) => [name, graph]))

  return {
    sdl: print(repaired),
    schema: buildASTSchema(repaired, { assumeValid: true, assumeValidSDL: true }),
    plannedNames: new Set(fieldSetsOf(types.values()).flatMap((text) => namesIn(parseFieldSet(text)))),
    requiredFields: argumentFields.fields,
    keysOf: (typename, subgraph) => keys.get(`${typename}.${subgraph}`) ?? [],
    canResolve: (subgraph, typename, field) => owners.get(`${typename}.${field}`)?.has(subgraph) ?? false,
    requiredBy: (typename, field, subgraph) =>
      argumentFields.requiredBy.get(`${typename}.${field}.${graphEnums.get(subgraph)}`) ?? [],
  }
}
