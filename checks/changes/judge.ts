import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { SchemaChange } from './change.ts'

interface Schemas {
  before: GraphQLSchema
  after: GraphQLSchema
}

/**
 * The level of a change where graphql-inspector's is not ours, and why. Both follow the specification's rule
 * that a change breaks when it makes a valid request invalid
 * (https://spec.graphql.org/draft/#sec-Validation.Type-system-evolution); it looks at less.
 */
export function judge(change: SchemaChange, schemas: Schemas): SchemaChange {
  const { kind, element, message } = change
  const as = (level: SchemaChange['level'], reason: string): SchemaChange => ({
    ...change,
    level,
    message: `${message} ${reason}`,
    mend: level === 'breaking' ? change.mend : null,
  })
  switch (kind) {
    case 'argument-added':
    case 'directive-argument-added':
    case 'input-field-added': {
      const input = findInput(schemas.after, element)
      if (!input) return change
      if (isRequired(input)) return change
      return hasDefault(input)
        ? as('dangerous', 'Whoever leaves it out now gets the default.')
        : as('safe', 'Whoever leaves it out gets what they got.')
    }
    case 'argument-default-changed':
    case 'directive-argument-default-changed':
    case 'input-field-default-changed': {
      const [before, after] = [findInput(schemas.before, element), findInput(schemas.after, element)]
      const isRequiredNow = before && after && !isRequired(before) && isRequired(after)
      return isRequiredNow ? as('breaking', 'Without its default it may not be left out.') : change
    }
    case 'enum-value-removed':
      return isGiven(schemas.before, typeName(element))
        ? change
        : as('dangerous', 'No operation can name it; a client that handles it waits for nothing.')
    case 'enum-value-added':
      return isAnswered(schemas.after, typeName(element))
        ? change
        : as('safe', 'It is never in an answer, so nobody gets what they do not know.')
    case 'interface-added': {
      const name = element.split(' ').at(-1) ?? ''
      const isOld = isInterfaceType(schemas.before.getType(name))
      return isOld
        ? as('dangerous', `Where ${name} is answered, there may now be a type that clients do not know.`)
        : as('safe', 'Nobody asks for the interface yet.')
    }
    case 'directive-not-repeatable':
      return as('breaking', 'An operation with two of it in one place is not valid any more.')
    default:
      return change
  }
}

const typeName = (element: string): string => element.split('.')[0] ?? element

const isRequired = (input: GraphQLArgument | GraphQLInputField): boolean =>
  isNonNullType(input.type) && !hasDefault(input)

const hasDefault = ({ defaultValue }: GraphQLArgument | GraphQLInputField): boolean =>
  defaultValue !== undefined

/** The argument of a field or a directive, or the input field, at a coordinate. */
function findInput(
  schema: GraphQLSchema,
  coordinate: string,
): GraphQLArgument | GraphQLInputField | undefined {
  const [, owner = '', field = '', argument = ''] =
    /^(@?\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? []
  const named = ({ name }: { name: string }) => name === argument
  if (owner.startsWith('@')) return schema.getDirective(owner.slice(1))?.args.find(named)
  const type = schema.getType(owner)
  if (isInputObjectType(type)) return type.getFields()[field]
  if (isObjectType(type) || isInterfaceType(type)) return type.getFields()[field]?.args.find(named)
  return undefined
}

/** Whether an enum stands where clients give a value. */
function isGiven(schema: GraphQLSchema, name: string): boolean {
  return (
    schema.getDirectives().some(({ args }) => args.some(({ type }) => getNamedType(type).name === name)) ||
    Object.values(schema.getTypeMap()).some((type) => {
      if (isInputObjectType(type)) {
        return Object.values(type.getFields()).some((field) => getNamedType(field.type).name === name)
      }
      if (!isObjectType(type) && !isInterfaceType(type)) return false
      return Object.values(type.getFields()).some(({ args }) =>
        args.some((argument) => getNamedType(argument.type).name === name),
      )
    })
  )
}

/** Whether an enum stands where clients are given a value. */
const isAnswered = (schema: GraphQLSchema, name: string): boolean =>
  isEnumType(schema.getType(name)) &&
  Object.values(schema.getTypeMap()).some(
    (type) =>
      (isObjectType(type) || isInterfaceType(type)) &&
      Object.values(type.getFields()).some((field) => getNamedType(field.type).name === name),
  )
