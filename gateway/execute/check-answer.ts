import {
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLFormattedError,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { FetchField } from './fetch-document.ts'
import { type Fetch, fieldsOfEntity, lostError, type Path, typenameOf } from './lost-fields.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a built-in scalar may be in JSON: https://spec.graphql.org/September2025/#sec-JSON-Serialization */
const scalars: Record<string, (value: unknown) => boolean> = {
  [GraphQLInt.name]: (value) => typeof value === 'number' && value === value >> 0,
  [GraphQLFloat.name]: (value) => Number.isFinite(value),
  [GraphQLString.name]: (value) => typeof value === 'string',
  [GraphQLID.name]: (value) => typeof value === 'string' || Number.isSafeInteger(value),
  [GraphQLBoolean.name]: (value) => typeof value === 'boolean',
}

function fitsLeaf(value: unknown, type: GraphQLLeafType): boolean {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined
  // A custom scalar may be anything.
  return scalars[type.name]?.(value) ?? true
}

/** Whether an object may be of the type that it says; one that says nothing may be of any. */
function fitsType(
  { __typename: name }: Record<string, unknown>,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
): boolean {
  if (name === undefined || type === undefined) return true
  if (typeof name !== 'string' || !isCompositeType(type)) return false
  if (!isAbstractType(type)) return name === type.name
  const named = schema.getType(name)
  return isObjectType(named) && schema.isSubType(type, named)
}

type Variables = Fetch['variables']

/**
 * Whether what the fragments around a field ask for is what an object is. Of an object that does not say, and is
 * declared as nothing more exact, it is not known.
 */
function appliesTo({ typeConditions }: FetchField, typename: unknown, schema: GraphQLSchema): boolean | null {
  if (typeConditions.length === 0) return true
  if (typeof typename !== 'string') return null
  const named = schema.getType(typename)
  return typeConditions.every((condition) => {
    const type = schema.getType(condition)
    return (
      condition === typename || (isAbstractType(type) && isObjectType(named) && schema.isSubType(type, named))
    )
  })
}

/** Whether nothing has skipped a field. */
const isWanted = ({ conditions }: FetchField, variables: Variables) =>
  conditions.every(({ variable, is }) => variables[variable] === is)

interface Check {
  schema: GraphQLSchema
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
  } else if (isObject(value) && fitsType(value, type, check.schema)) {
    checkFields(value, isObjectType(type) ? type.name : undefined, field.fields, path, check)
    return value
  }
  check.report(path, field)
  return null
}

/** `declared` is the object's type where it does not say it itself. */
function checkFields(
  object: Record<string, unknown>,
  declared: string | undefined,
  fields: readonly FetchField[],
  path: Path,
  check: Check,
): void {
  const typename = object.__typename ?? declared
  for (const field of fields) {
    const { key, responseName, type } = field
    const position = [...path, responseName]
    const applies = appliesTo(field, typename, check.schema)
    // A field of another type may have the same name and be of another type itself.
    if (applies === false) continue
    if (Object.hasOwn(object, key)) object[key] = checkValue(object[key], type, field, position, check)
    else if (applies && isWanted(field, check.variables)) check.report(position, field)
  }
}

/**
 * Makes an answer fit the subgraph's own schema: what does not fit, or is not there, becomes null, each with an
 * error. The executor takes answers at their word, and throws all of the response away over one wrong type.
 */
export function checkAnswer(
  data: Record<string, unknown>,
  fetch: Fetch,
  schema: GraphQLSchema,
): GraphQLFormattedError[] {
  const errors: GraphQLFormattedError[] = []
  const checkAt = (index: number | null): Check => ({
    schema,
    variables: fetch.variables,
    report(path, { fields }) {
      errors.push(lostError({ fetch, index, path, fields }, { code: 'SUBGRAPH_BAD_RESPONSE' }))
    },
  })
  if (fetch.representations === null) {
    checkFields(data, undefined, fetch.fields, [], checkAt(null))
    return errors
  }
  const { _entities: entities } = data
  if (!Array.isArray(entities)) return errors
  for (const [index, entity] of entities.entries()) {
    const fields = fieldsOfEntity(fetch, index)
    const typename = typenameOf(fetch, index)
    if (isObject(entity) && fitsType(entity, schema.getType(typename), schema)) {
      checkFields(entity, typename, fields, [], checkAt(index))
    } else if (entity !== null) {
      entities[index] = null
      errors.push(lostError({ fetch, index, path: [], fields }, { code: 'SUBGRAPH_BAD_RESPONSE' }))
    }
  }
  return errors
}
