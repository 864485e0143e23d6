import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql'

/** What a built-in scalar may be in JSON: https://spec.graphql.org/September2025/#sec-JSON-Serialization */
const scalars: Record<string, (value: unknown) => boolean> = {
  [GraphQLInt.name]: (value) => typeof value === 'number' && value === value >> 0,
  [GraphQLFloat.name]: (value) => Number.isFinite(value),
  [GraphQLString.name]: (value) => typeof value === 'string',
  [GraphQLID.name]: (value) => typeof value === 'string' || Number.isSafeInteger(value),
  [GraphQLBoolean.name]: (value) => typeof value === 'boolean',
}

/** Whether a value that is not null may stand where a type is; a custom scalar may be anything. */
export function fitsLeaf(value: unknown, type: GraphQLLeafType): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined
  return scalars[type.name]?.(value) ?? true
}

/** An `ID` is a string, whatever a subgraph made of it: https://spec.graphql.org/September2025/#sec-ID */
export const completeLeaf = (value: unknown, type: GraphQLLeafType): unknown =>
  type.name === GraphQLID.name ? String(value) : value
