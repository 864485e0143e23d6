import type { FetchNode } from '@apollo/query-planner'
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'
import { type Rename, renamesAt, renamesOf, renamesWithin } from './fetch-field.ts'
import { compact, operationOf } from './fetch-operation.ts'
import { argumentOf, graphOf, marked } from './join-marks.ts'

interface Scope {
  selectionSet: SelectionSetNode
  parent: GraphQLNamedType | undefined
  renames: readonly Rename[]
}

/** A field with the type that it is asked of, and the key that it is to have in the tree. */
interface Asked {
  field: FieldNode
  name: string
  parent: GraphQLNamedType | undefined
  renames: readonly Rename[]
}

const responseKey = ({ alias, name }: FieldNode) => alias?.value ?? name.value

function graphNamed(schema: GraphQLSchema, serviceName: string): string | undefined {
  const graphs = schema.getType('join__Graph')
  if (!isEnumType(graphs)) return undefined
  return graphs.getValues().find(({ astNode, name }) => {
    const [mark] = astNode ? marked(astNode, 'join__graph') : []
    return (mark ? argumentOf(mark, 'name') : name) === serviceName
  })?.name
}

/** The type without what does not count for a composite one: which type it is. */
const wrappersOf = (type: TypeNode): string => {
  if (type.kind === Kind.NAMED_TYPE) return ''
  return type.kind === Kind.NON_NULL_TYPE ? `${wrappersOf(type.type)}!` : `[${wrappersOf(type.type)}]`
}

function fieldsOf({ selectionSet, parent, renames }: Scope, schema: GraphQLSchema): Asked[] {
  return selectionSet.selections.flatMap((selection): Asked[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return []
    if (selection.kind === Kind.FIELD) {
      const { name, here } = renamesAt(renames, responseKey(selection))
      return [{ field: selection, name, parent, renames: here }]
    }
    const condition = selection.typeCondition?.name.value
    const within = condition === undefined ? parent : schema.getType(condition)
    const inner = {
      selectionSet: selection.selectionSet,
      parent: within,
      renames: renamesWithin(renames, condition),
    }
    return fieldsOf(inner, schema)
  })
}

/**
 * Gives fields of one fetch different aliases where the subgraph has them of different types under one name, which it
 * would refuse: https://spec.graphql.org/September2025/#sec-Field-Selection-Merging. The planner does so too, but not
 * for what it adds itself, and not below an alias.
 */
export function aliasConflicts(node: FetchNode, schema: GraphQLSchema): FetchNode {
  const graph = graphNamed(schema, node.serviceName)
  const operation = operationOf(node)
  const [root] = operation.selectionSet.selections
  const entities = node.requires && root?.kind === Kind.FIELD && root.selectionSet ? root : null
  const top: Scope = {
    selectionSet: entities?.selectionSet ?? operation.selectionSet,
    parent: entities ? undefined : (schema.getRootType(operation.operation) ?? undefined),
    renames: renamesOf(node),
  }

  function typeOf({ field, parent }: Asked): TypeNode | undefined {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined
    const definition = parent.getFields()[field.name.value]?.astNode
    const mark = definition && marked(definition, 'join__field').find((each) => graphOf(each) === graph)
    const own = mark && argumentOf(mark, 'type')
    return typeof own === 'string' ? parseType(own, { noLocation: true }) : definition?.type
  }

  function shapeOf(asked: Asked): string {
    const type = typeOf(asked)
    if (!type) return asked.field.name.value === '__typename' ? 'String!' : ''
    return asked.field.selectionSet ? wrappersOf(type) : print(type)
  }

  const below = ({ field, parent, renames }: Asked): Scope[] => {
    if (!field.selectionSet) return []
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined
    return [{ selectionSet: field.selectionSet, parent: getNamedType(definition?.type), renames }]
  }

  /** The fields of scopes that are one in the answer: by their key, and for each shape of it. */
  function shapesIn(scopes: readonly Scope[]): Map<string, Map<string, Asked[]>> {
    const byKey = new Map<string, Map<string, Asked[]>>()
    for (const asked of scopes.flatMap((scope) => fieldsOf(scope, schema))) {
      const key = responseKey(asked.field)
      const shapes = byKey.get(key) ?? new Map<string, Asked[]>()
      byKey.set(key, shapes)
      const shape = shapeOf(asked)
      shapes.set(shape, [...(shapes.get(shape) ?? []), asked])
    }
    return byKey
  }

  const hasConflict = (scopes: readonly Scope[]): boolean =>
    [...shapesIn(scopes).values()].some(
      (shapes) => shapes.size > 1 || [...shapes.values()].some((same) => hasConflict(same.flatMap(below))),
    )
  if (!hasConflict([top])) return node

  const aliases = new Map<FieldNode, string>()
  const rewrites: NonNullable<FetchNode['outputRewrites']> = []

  /** A key that nothing else has there. */
  function freeKey(key: string, taken: ReadonlyMap<string, unknown>, index: number): string {
    const free = `${key}__alias_${index}`
    return taken.has(free) ? freeKey(key, taken, index + 1) : free
  }

  function settle(scopes: readonly Scope[], path: readonly string[]): void {
    const byKey = shapesIn(scopes)
    for (const [key, shapes] of [...byKey]) {
      for (const [index, same] of [...shapes.values()].entries()) {
        const own = index === 0 ? key : freeKey(key, byKey, 0)
        if (index > 0) byKey.set(own, new Map())
        const here = [...path, own]
        for (const { field, name } of same) {
          aliases.set(field, own)
          if (own !== name) rewrites.push({ kind: 'KeyRenamer', path: here, renameKeyTo: name })
        }
        settle(same.flatMap(below), here)
      }
    }
  }
  settle([top], [])

  const aliased = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
      const selectionSet = selection.selectionSet && aliased(selection.selectionSet)
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return { ...selection, selectionSet: selectionSet ?? selection.selectionSet }
      const key = aliases.get(selection)
      const isOwn = key === undefined || key === selection.name.value
      return {
        ...selection,
        alias: isOwn ? undefined : { kind: Kind.NAME, value: key },
        selectionSet,
      }
    }),
  })
  const selectionSet = aliased(top.selectionSet)
  const edited: OperationDefinitionNode = {
    ...operation,
    selectionSet: entities
      ? { kind: Kind.SELECTION_SET, selections: [{ ...entities, selectionSet }] }
      : selectionSet,
  }
  const others = (node.outputRewrites ?? []).filter(({ kind }) => kind !== 'KeyRenamer')
  return { ...node, operation: compact(edited), outputRewrites: [...others, ...rewrites] }
}
