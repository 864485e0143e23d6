import { type FieldNode, type GraphQLOutputType, isLeafType, isListType, isNonNullType } from 'graphql'
import { completeLeaf, fitsLeaf } from './leaf-values.ts'
import { isTreeObject, Lost, type TreeObject } from './lost.ts'
import type { FieldShape, ObjectShape } from './shape.ts'

export type ResponsePath = readonly (string | number)[]

/** A position of the response that is null because something was lost. */
export interface LostPosition {
  path: ResponsePath
  /** On the way to it in the tree, without the indices of lists. */
  keys: readonly string[]
  /** Of the object that it is a field of. */
  typename: string
  lost: Lost
}

export interface CompletedResponse {
  data: TreeObject | null
  /** Each at the highest null, and none below another. */
  losses: readonly LostPosition[]
  /** What answers had that did not fit the schema, or had not. */
  lies: readonly LostPosition[]
}

export interface CompleteOptions {
  shape: ObjectShape
  typename: string
  tree: TreeObject
  /** Which subgraph was to fill a position, by the keys on the way to it in the tree and the object's type. */
  supplierOf: (keys: readonly string[], typename: string) => string | undefined
  /** With what a position is lost that nobody was asked for on purpose; null where somebody was. */
  unasked: (keys: readonly string[], typename: string) => Lost | null
  /** Whether a value, or a type's name, is one that clients may not see: it is null to them, and nothing failed. */
  isHidden: (value: unknown, type: GraphQLOutputType | null) => boolean
  /** What the schema answers of itself, by response name. */
  introspect: (fields: readonly FieldNode[]) => Readonly<TreeObject>
}

/** Where a value stands. */
interface Position {
  path: ResponsePath
  keys: readonly string[]
  /** Of the object that the field belongs to. */
  typename: string
}

/**
 * Completes a response in which something may be lost: https://spec.graphql.org/September2025/#sec-Value-Completion.
 * A loss goes up to the highest position that has to be null for it, and is told once, there. What the text writer
 * gives up on ends here; this one is slower, and says what is wrong and where.
 */
export function completeResponse({
  shape,
  typename: rootName,
  tree,
  supplierOf,
  unasked,
  isHidden,
  introspect,
}: CompleteOptions): CompletedResponse {
  const losses: LostPosition[] = []
  const lies: LostPosition[] = []

  function lie({ keys, typename, path }: Position): Lost {
    const serviceName = supplierOf(keys, typename)
    // What no fetch asks for is the gateway's own fault.
    const lost = new Lost(
      serviceName === undefined ? 'INTERNAL_SERVER_ERROR' : 'SUBGRAPH_BAD_RESPONSE',
      serviceName,
    )
    lies.push({ path, keys, typename, lost })
    return lost
  }

  /** A loss where no null may stand goes on up. */
  function complete(
    value: unknown,
    type: GraphQLOutputType,
    object: ObjectShape | null,
    position: Position,
  ): unknown {
    const told = losses.length
    const isNonNull = isNonNullType(type)
    const completed = completePresent(value, isNonNull ? type.ofType : type, object, position)
    if (completed === null && isNonNull) return lie(position)
    if (!(completed instanceof Lost) || isNonNull) return completed
    losses.length = told
    losses.push({ ...position, lost: completed })
    return null
  }

  function completePresent(
    value: unknown,
    type: GraphQLOutputType,
    object: ObjectShape | null,
    position: Position,
  ): unknown {
    if (value === null || value instanceof Lost) return value
    if (value === undefined) return unasked(position.keys, position.typename) ?? lie(position)
    if (isListType(type)) {
      return Array.isArray(value) ? completeList(value, type.ofType, object, position) : lie(position)
    }
    if (object) return isTreeObject(value) ? completeObject(value, object, position) : lie(position)
    if (!isLeafType(type) || !fitsLeaf(value, type)) return isHidden(value, type) ? null : lie(position)
    return completeLeaf(value, type)
  }

  function completeList(
    items: readonly unknown[],
    type: GraphQLOutputType,
    object: ObjectShape | null,
    position: Position,
  ): unknown[] | Lost {
    const completed: unknown[] = []
    for (const [index, item] of items.entries()) {
      const value = complete(item, type, object, { ...position, path: [...position.path, index] })
      if (value instanceof Lost) return value
      completed.push(value)
    }
    return completed
  }

  function completeObject(
    object: TreeObject,
    { typename, interfaceName, fieldsOf }: ObjectShape,
    position: Position,
  ): unknown {
    const { __typename: said = typename ?? interfaceName } = object
    if (said instanceof Lost) return said
    const fields = typeof said === 'string' && (typename ?? said) === said ? fieldsOf(said) : null
    if (fields === null || typeof said !== 'string') return isHidden(said, null) ? null : lie(position)
    return completeFields(object, said, fields, position)
  }

  function completeFields(
    object: TreeObject,
    typename: string,
    fields: readonly FieldShape[],
    { path, keys }: Pick<Position, 'path' | 'keys'>,
  ): unknown {
    const completed: TreeObject = {}
    for (const { name, key, constant, introspection, type, object: shapeBelow } of fields) {
      let value: unknown
      if (constant !== undefined) value = JSON.parse(constant)
      else if (introspection) value = introspect(introspection)[name] ?? null
      else {
        const position = { path: [...path, name], keys: [...keys, key], typename }
        value = complete(object[key], type, shapeBelow, position)
        if (value instanceof Lost) return value
      }
      // Not by assignment, which takes a field that a client calls `__proto__` for something else.
      Object.defineProperty(completed, name, { value, enumerable: true, configurable: true, writable: true })
    }
    return completed
  }

  const fields = shape.fieldsOf(rootName) ?? []
  const root: TreeObject = {}
  for (const field of fields) {
    const position = { path: [field.name], keys: [field.key], typename: rootName }
    const completed = completeFields(tree, rootName, [field], { path: [], keys: [] })
    if (completed instanceof Lost) {
      // Nothing at all is left, and that is one loss.
      return { data: null, losses: [{ ...position, lost: completed }], lies }
    }
    if (isTreeObject(completed))
      for (const [name, value] of Object.entries(completed))
        Object.defineProperty(root, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return { data: root, losses, lies }
}
