import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  GraphQLNonNull,
  type GraphQLObjectType,
  GraphQLString,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { type ClientOperation, responseName } from '../plan/client-operation.ts'
import type { ConditionValues } from '../plan/fetch-field.ts'
import { meetsCondition } from '../plan/type-condition.ts'
import { createShape, type FieldShape, type ObjectShape } from './shape.ts'

type ConcreteType = GraphQLObjectType | GraphQLInterfaceType

const typenameType = new GraphQLNonNull(GraphQLString)

/** Whether `@skip` and `@include` leave a selection in. */
function isIncluded({ directives = [] }: Pick<FieldNode, 'directives'>, values: ConditionValues): boolean {
  return directives.every(({ name, arguments: [given] = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true
    const { value } = given ?? {}
    const is =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE && values[value.name.value] === true
    return is === (name.value === 'include')
  })
}

/**
 * What the response to an operation looks like, for one set of values of the Boolean variables that decide what is
 * in it. Fields are collected as https://spec.graphql.org/September2025/#sec-Field-Collection has it, so that their
 * order is right also where a first occurrence is skipped.
 */
export function createResponseShape(client: ClientOperation, values: ConditionValues): ObjectShape {
  const { schema, operation, fragments, keyOf } = client
  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error(`the schema has no root for a ${operation.operation}`)

  function collect(type: ConcreteType, sets: readonly SelectionSetNode[]) {
    const collected = new Map<string, FieldNode[]>()
    let isExact = true
    const applies = (condition: string): boolean => {
      const is = meetsCondition(schema, condition, type.name)
      if (!is && isInterfaceType(type)) isExact = false
      return is
    }
    const visited = new Set<string>()
    function collectFrom({ selections }: SelectionSetNode) {
      for (const selection of selections) {
        if (!isIncluded(selection, values)) continue
        if (selection.kind === Kind.FIELD) {
          const name = responseName(selection)
          const nodes = collected.get(name)
          if (nodes) nodes.push(selection)
          else collected.set(name, [selection])
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value
          if (!condition || applies(condition)) collectFrom(selection.selectionSet)
        } else {
          const fragment = fragments.get(selection.name.value)
          if (!fragment || visited.has(selection.name.value)) continue
          visited.add(selection.name.value)
          if (applies(fragment.typeCondition.name.value)) collectFrom(fragment.selectionSet)
        }
      }
    }
    for (const set of sets) collectFrom(set)
    return { collected, isExact }
  }

  /** Of an interface it is not known which object it is: nothing in the tree ever stands for that. */
  const unknownType = (name: string): FieldShape => ({ name, key: '', type: typenameType, object: null })

  function fieldShape(type: ConcreteType, name: string, nodes: readonly FieldNode[]): FieldShape {
    const [node] = nodes
    const fieldName = node?.name.value ?? ''
    if (fieldName === '__typename') {
      if (isInterfaceType(type)) return unknownType(name)
      const constant = JSON.stringify(type.name)
      return { name, key: fieldName, type: typenameType, object: null, constant }
    }
    const field = type.getFields()[fieldName]
    if (!field || !node) return { name, key: '', type: GraphQLString, object: null, introspection: nodes }
    const named = getNamedType(field.type)
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    return {
      name,
      key: keyOf(node),
      type: field.type,
      object: isCompositeType(named) ? objectShape(named, sets) : null,
    }
  }

  function objectShape(declared: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectShape {
    const names = {
      typename: isObjectType(declared) ? declared.name : null,
      interfaceName: isInterfaceType(declared) ? declared.name : null,
    }
    return createShape(names, (typename) => {
      const type = schema.getType(typename)
      const isPossible =
        type === declared
          ? isObjectType(type) || isInterfaceType(type)
          : isAbstractType(declared) && isObjectType(type) && schema.isSubType(declared, type)
      if (!isPossible || !(isObjectType(type) || isInterfaceType(type))) return null
      const { collected, isExact } = collect(type, sets)
      const fields = [...collected].map(([name, nodes]) => fieldShape(type, name, nodes))
      return isExact ? fields : [unknownType('__typename'), ...fields]
    })
  }

  return objectShape(root, [operation.selectionSet])
}
