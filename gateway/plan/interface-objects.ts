import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { argumentOf, graphOf, isComposedType, marked, ownersOf } from './join-marks.ts'

/** What is to be known of interfaces that some subgraphs know as objects: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/interfaces */
export interface InterfaceObjects {
  /** Whether there are any. */
  exist: boolean
  /** Whether a field may lead to such an interface in a subgraph that does not know what implements it. */
  isReachedBy(typename: string, field: string): boolean
  /** The fields of an interface that such a subgraph works out of what others have. */
  requiringFields(typename: string): ReadonlySet<string>
}

const nothing: ReadonlySet<string> = new Set()

/** The graphs that know a type as an object where it is an interface. */
function graphsWithoutMembers(type: GraphQLNamedType | undefined): Set<string> {
  const node = isInterfaceType(type) ? type.astNode : undefined
  return new Set(
    node
      ? marked(node, 'join__type')
          .filter((mark) => argumentOf(mark, 'isInterfaceObject') === true)
          .map(graphOf)
      : [],
  )
}

/** Finds the interface objects of a supergraph. */
export function findInterfaceObjects(schema: GraphQLSchema): InterfaceObjects {
  const graphs = new Map(
    Object.values(schema.getTypeMap()).flatMap((type) => {
      const known = graphsWithoutMembers(type)
      return known.size > 0 ? [[type.name, known] as const] : []
    }),
  )
  const requiring = new Map<string, ReadonlySet<string>>()
  const reaching = new Set<string>()
  if (graphs.size === 0) return { exist: false, isReachedBy: () => false, requiringFields: () => nothing }

  for (const type of Object.values(schema.getTypeMap())) {
    const { astNode } = type
    if (!(isObjectType(type) || isInterfaceType(type)) || !astNode || !isComposedType(astNode)) continue
    const own = new Set<string>()
    for (const { name, type: fieldType, astNode: field } of Object.values(type.getFields())) {
      if (!field) continue
      const without = graphs.get(getNamedType(fieldType).name)
      if (without && ownersOf(astNode, field).some((graph) => without.has(graph)))
        reaching.add(`${type.name}.${name}`)
      const isRequiring = marked(field, 'join__field').some(
        (mark) =>
          argumentOf(mark, 'requires') !== undefined && graphs.get(type.name)?.has(graphOf(mark)) === true,
      )
      if (isRequiring) own.add(name)
    }
    if (own.size > 0) requiring.set(type.name, own)
  }
  // What an interface has of such a subgraph, all that implement it have.
  const isReaching = (typename: string, field: string) => reaching.has(`${typename}.${field}`)
  return {
    exist: true,
    isReachedBy(typename, field) {
      const type = schema.getType(typename)
      const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []
      return isReaching(typename, field) || interfaces.some(({ name }) => isReaching(name, field))
    },
    requiringFields: (typename) => requiring.get(typename) ?? nothing,
  }
}
