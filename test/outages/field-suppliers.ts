import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import type { ResponsePath } from './broken-promises.ts'

interface Supergraph {
  schema: GraphQLSchema
  supergraphSdl: string
}

/** A field of the response, with the subgraphs that may have to do with its value. */
interface SuppliedField {
  suppliers: ReadonlySet<string>
  /** Whether its null is the null of what it stands in. */
  passesNull: boolean
  below: ReadonlyMap<string, SuppliedField>
  /** Whether it is a scalar of the schema's own. */
  isAnything: boolean
}

/** Who may resolve a field, by `Type.field`; nobody where its object's subgraph has it. */
function readOwners({ schema, supergraphSdl }: Supergraph): Map<string, ReadonlySet<string>> {
  const document = parse(supergraphSdl)
  const names = new Map<string, string>()
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue
    for (const value of node.values ?? []) {
      const [mark] = marksOf(value, 'join__graph')
      if (mark?.name) names.set(value.name.value, mark.name)
    }
  }
  const nameOf = (graph: string | undefined) => names.get(graph ?? '') ?? ''
  const roots = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name])

  const owners = new Map<string, ReadonlySet<string>>()
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const type = node.name.value
    const inTypes = marksOf(node, 'join__type')
    const keys = inTypes.flatMap(({ key }) => key?.match(/\w+/g) ?? [])
    const all = new Set(inTypes.map(({ graph }) => nameOf(graph)))
    for (const field of node.fields ?? []) {
      const name = field.name.value
      const marked = marksOf(field, 'join__field').flatMap(({ graph }) => (graph ? [nameOf(graph)] : []))
      // What all who know an entity have is not marked; its key comes with the object.
      const isOfAll = roots.has(type) || (keys.length > 0 && !keys.includes(name))
      if (marked.length > 0) owners.set(`${type}.${name}`, new Set(marked))
      else if (isOfAll) owners.set(`${type}.${name}`, all)
    }
  }
  return owners
}

/** The arguments of each directive of a name, as text. */
const marksOf = (
  { directives = [] }: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): Record<string, string>[] =>
  directives
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: args = [] }) =>
      Object.fromEntries(
        args.flatMap((arg) => ('value' in arg.value ? [[arg.name.value, String(arg.value.value)]] : [])),
      ),
    )

const isOwnScalar = (type: GraphQLNamedType) => isScalarType(type) && !isSpecifiedScalarType(type)

/** Whether a null below a field of this type is the field's own, as far as its lists go. */
const passesNull = (type: GraphQLOutputType): boolean =>
  isNonNullType(type) && (!isListType(type.ofType) || passesNull(type.ofType.ofType))

/**
 * Tells whether a position of a response is of what some subgraphs may have been asked for: a bound from above, for
 * outages whose cost depends on what was lied about.
 */
export function createSuppliers(supergraph: Supergraph) {
  const { schema } = supergraph
  const owners = readOwners(supergraph)

  function typesOf(typeName: string): string[] {
    const type = schema.getType(typeName)
    const members = isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : []
    return [typeName, ...members]
  }

  return function suppliersIn(document: DocumentNode, operationName?: string) {
    const operation = getOperationAST(document, operationName)
    const root = operation && schema.getRootType(operation.operation)
    if (!root) throw new Error('the document holds no operation that the schema has a root for')
    const fragments = new Map(
      document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
      ),
    )

    interface Scope {
      typeName: string
      selectionSet: SelectionSetNode
      inherited: ReadonlySet<string>
    }

    function supply(scopes: readonly Scope[]): Map<string, SuppliedField> {
      const gathered = new Map<string, { suppliers: Set<string>; type: GraphQLOutputType; below: Scope[] }>()
      const gather = ({ typeName, selectionSet, inherited }: Scope): void => {
        const type = schema.getType(typeName)
        for (const selection of selectionSet.selections) {
          if (selection.kind !== Kind.FIELD) {
            const fragment =
              selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
            if (!fragment) continue
            const on = fragment.typeCondition?.name.value ?? typeName
            gather({ typeName: on, selectionSet: fragment.selectionSet, inherited })
            continue
          }
          const definition =
            isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
          if (!definition) continue
          const named = typesOf(typeName).flatMap((name) => [
            ...(owners.get(`${name}.${selection.name.value}`) ?? []),
          ])
          const own = named.length > 0 ? named : [...inherited]
          const key = selection.alias?.value ?? selection.name.value
          const known = gathered.get(key) ?? { suppliers: new Set(), type: definition.type, below: [] }
          for (const one of own) known.suppliers.add(one)
          if (selection.selectionSet) {
            known.below.push({
              typeName: getNamedType(definition.type).name,
              selectionSet: selection.selectionSet,
              inherited: new Set(own),
            })
          }
          gathered.set(key, known)
        }
      }
      for (const scope of scopes) gather(scope)
      return new Map(
        [...gathered].map(([key, { suppliers, type, below }]) => [
          key,
          {
            suppliers,
            passesNull: passesNull(type),
            below: supply(below),
            isAnything: isOwnScalar(getNamedType(type)),
          },
        ]),
      )
    }

    const supplied = supply([
      { typeName: root.name, selectionSet: operation.selectionSet, inherited: new Set() },
    ])

    function find(path: ResponsePath): SuppliedField[] {
      const found: SuppliedField[] = []
      let fields: ReadonlyMap<string, SuppliedField> = supplied
      for (const step of path) {
        if (typeof step === 'number') continue
        const field = fields.get(step)
        if (!field) break
        found.push(field)
        fields = field.below
      }
      return found
    }

    return {
      isOf(failed: ReadonlySet<string>, path: ResponsePath): boolean {
        const isTheirs = ({ suppliers }: SuppliedField) => [...suppliers].some((name) => failed.has(name))
        const climbs = (fields: ReadonlyMap<string, SuppliedField>): boolean =>
          [...fields.values()].some((field) => field.passesNull && (isTheirs(field) || climbs(field.below)))
        const fields = find(path)
        return fields.some(isTheirs) || climbs(fields.at(-1)?.below ?? supplied)
      },
      isAnything: (path: ResponsePath) => find(path).some((field) => field.isAnything),
    }
  }
}
