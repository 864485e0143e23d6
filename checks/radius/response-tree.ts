import {
  type DocumentNode,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import { type ConditionalSelections, collectFields, selectOperation } from './collect-fields.ts'
import { remember } from './remember.ts'
import type { SubgraphSchemas } from './subgraph-schemas.ts'

/** One response key of an operation, for all objects that stand there, whatever their types. */
export interface ResponseNode {
  key: string
  /** Response keys from the root, without the items of lists. */
  path: readonly string[]
  /** The fields that it stands for, as `Product.rating`: several where runtime types differ. */
  coordinates: readonly string[]
  children: readonly ResponseNode[]
}

interface GrowingNode extends ResponseNode {
  coordinates: string[]
  children: GrowingNode[]
}

/** What an operation asks for, as the answer is laid out. `__typename` and introspection are left out. */
export function responseTree(schemas: SubgraphSchemas, document: DocumentNode): ResponseNode[] {
  const { operation, fragments } = selectOperation(document)
  const { apiSchema, fits } = schemas
  const root = apiSchema.getRootType(operation.operation)

  function grow(
    objects: readonly GraphQLObjectType[],
    selected: readonly ConditionalSelections[],
    above: readonly string[],
  ): GrowingNode[] {
    const nodes = new Map<string, { node: GrowingNode; below: Map<string, Set<SelectionSetNode>> }>()
    for (const object of objects) {
      for (const [key, fields] of collectFields(selected, object.name, { fragments, fits })) {
        const definition = object.getFields()[fields[0]?.node.name.value ?? '']
        if (!definition) continue
        const { node, below } = remember(nodes, key, () => ({
          node: { key, path: [...above, key], coordinates: [], children: [] },
          below: new Map(),
        }))
        node.coordinates.push(`${object.name}.${definition.name}`)
        const type = getNamedType(definition.type)
        if (!isCompositeType(type)) continue
        for (const name of schemas.runtimeTypesOf(type.name)) {
          const selections = remember(below, name, () => new Set())
          for (const field of fields) if (field.node.selectionSet) selections.add(field.node.selectionSet)
        }
      }
    }
    return [...nodes.values()].map(({ node, below }) => {
      const children = new Map<string, GrowingNode>()
      for (const [name, selections] of below) {
        const object = apiSchema.getType(name)
        if (!isObjectType(object)) continue
        const selected = [...selections].map((each) => ({ selections: each, when: [] }))
        for (const child of grow([object], selected, node.path)) merge(children, child)
      }
      return { ...node, children: [...children.values()] }
    })
  }
  return root ? grow([root], [{ selections: operation.selectionSet, when: [] }], []) : []
}

function merge(nodes: Map<string, GrowingNode>, node: GrowingNode): void {
  const known = nodes.get(node.key)
  if (!known) {
    nodes.set(node.key, node)
    return
  }
  known.coordinates = [...new Set([...known.coordinates, ...node.coordinates])]
  const children = new Map(known.children.map((child) => [child.key, child]))
  for (const child of node.children) merge(children, child)
  known.children = [...children.values()]
}

/** The nodes without children, which hold the values. */
export const leavesOf = (nodes: readonly ResponseNode[]): ResponseNode[] =>
  nodes.flatMap((node) => (node.children.length === 0 ? [node] : leavesOf(node.children)))

/** Every node, those above first. */
export const nodesOf = (nodes: readonly ResponseNode[]): ResponseNode[] =>
  nodes.flatMap((node) => [node, ...nodesOf(node.children)])
