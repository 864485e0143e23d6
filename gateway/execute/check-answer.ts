import {
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLFormattedError,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { FetchField } from './fetch-document.ts'
import { type Fetch, fieldsOfEntity, lostError, type Path } from './lost-fields.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a built-in scalar may be in JSON: https://spec.graphql.org/September2025/#sec-JSON-Serialization */
const scalars: Record<string, (value: unknown) => boolean> = {
  [GraphQLInt.name]: (value) => Number.isInteger(value),
  [GraphQLFloat.name]: (value) => typeof value === 'number',
  [GraphQLString.name]: (value) => typeof value === 'string',
  [GraphQLID.name]: (value) => typeof value === 'string' || Number.isInteger(value),
  [GraphQLBoolean.name]: (value) => typeof value === 'boolean',
}

function fitsLeaf(value: unknown, type: GraphQLLeafType): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined
  // A custom scalar may be anything.
  return scalars[type.name]?.(value) ?? true
}

type Variables = Fetch['variables']

/** Whether a field has to be there: not when it was skipped, or depends on a type that the object does not tell. */
const isDue = (
  { typeConditions, conditions }: FetchField,
  { __typename }: Record<string, unknown>,
  variables: Variables,
) =>
  typeConditions.every((condition) => condition === __typename) &&
  conditions.every(({ variable, is }) => variables[variable] === is)

interface Check {
  variables: Variables
  report(path: Path, field: FetchField): void
}

function checkValue(
  value: unknown,
  type: GraphQLOutputType | undefined,
  field: FetchField,
  path: Path,
  check: Check,
): unknown {
  if (isNonNullType(type)) {
    const isMissing = value === null || value === undefined
    if (isMissing) check.report(path, field)
    return isMissing ? null : checkValue(value, type.ofType, field, path, check)
  }
  if (value === null || value === undefined || type === undefined) return value
  if (isListType(type)) {
    if (Array.isArray(value))
      return value.map((item, index) => checkValue(item, type.ofType, field, [...path, index], check))
  } else if (isLeafType(type)) {
    if (fitsLeaf(value, type)) return value
  } else if (isObject(value) && ['string', 'undefined'].includes(typeof value.__typename)) {
    checkFields(value, field.fields, path, check)
    return value
  }
  check.report(path, field)
  return null
}

function checkFields(
  object: Record<string, unknown>,
  fields: readonly FetchField[],
  path: Path,
  check: Check,
): void {
  for (const field of fields) {
    const { key, responseName, type } = field
    const position = [...path, responseName]
    if (Object.hasOwn(object, key)) object[key] = checkValue(object[key], type, field, position, check)
    else if (isDue(field, object, check.variables)) check.report(position, field)
  }
}

/**
 * Makes an answer fit the subgraph's own schema: what does not fit, or is not there, becomes null, each with an
 * error. The executor takes answers at their word, and throws all of the response away over one wrong type.
 */
export function checkAnswer(data: Record<string, unknown>, fetch: Fetch): GraphQLFormattedError[] {
  const errors: GraphQLFormattedError[] = []
  const checkAt = (index: number | null): Check => ({
    variables: fetch.variables,
    report(path, { fields }) {
      errors.push(lostError({ fetch, index, path, fields }, { code: 'SUBGRAPH_BAD_RESPONSE' }))
    },
  })
  if (fetch.representations === null) {
    checkFields(data, fetch.fields, [], checkAt(null))
    return errors
  }
  const { _entities: entities } = data
  if (!Array.isArray(entities)) return errors
  for (const [index, entity] of entities.entries()) {
    const fields = fieldsOfEntity(fetch, index)
    if (isObject(entity)) checkFields(entity, fields, [], checkAt(index))
    else if (entity !== null) {
      entities[index] = null
      errors.push(lostError({ fetch, index, path: [], fields }, { code: 'SUBGRAPH_BAD_RESPONSE' }))
    }
  }
  return errors
}
