import {
  GraphQLBoolean,
  GraphQLFloat,
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
import { Lost } from './lost.ts'
import type { FieldShape, ObjectShape } from './shape.ts'

/** Writes an object of the tree as JSON. @throws {mismatch} where the tree does not fit. */
export type TextWriter = (object: unknown) => string

/** Thrown by a writer when something is lost or does not fit. It has no stack, so that it costs next to nothing. */
export const mismatch: unique symbol = Symbol('what is in the tree does not fit what is to be written')

/** What JSON has to escape; most texts have none of it. https://www.rfc-editor.org/rfc/rfc8259#section-7 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/

function writeString(value: unknown): string {
  if (typeof value !== 'string') throw mismatch
  return escaped.test(value) ? JSON.stringify(value) : `"${value}"`
}

function writeId(value: unknown): string {
  if (typeof value === 'string') return writeString(value)
  if (!Number.isSafeInteger(value)) throw mismatch
  return `"${value}"`
}

function writeInt(value: unknown): string {
  if (typeof value !== 'number' || value !== value >> 0) throw mismatch
  return `${value}`
}

function writeFloat(value: unknown): string {
  if (!Number.isFinite(value)) throw mismatch
  return `${value}`
}

function writeBoolean(value: unknown): string {
  if (typeof value !== 'boolean') throw mismatch
  return value ? 'true' : 'false'
}

function writeCustom(value: unknown): string {
  if (value === undefined || value instanceof Lost) throw mismatch
  return JSON.stringify(value)
}

const leafWriters: Record<string, TextWriter> = {
  [GraphQLString.name]: writeString,
  [GraphQLID.name]: writeId,
  [GraphQLInt.name]: writeInt,
  [GraphQLFloat.name]: writeFloat,
  [GraphQLBoolean.name]: writeBoolean,
}

function leafWriter(type: GraphQLLeafType): TextWriter {
  if (!isEnumType(type)) return leafWriters[type.name] ?? writeCustom
  const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]))
  return (value) => {
    const text = texts.get(value)
    if (text === undefined) throw mismatch
    return text
  }
}

/** Statements of one generated function, and the functions that it calls. */
interface Body {
  lines: string[]
  callees: TextWriter[]
}

const calling = (body: Body, callee: TextWriter) => `callees[${body.callees.push(callee) - 1}]`

/** Adds the statements that write the value of a variable. */
function addValue(body: Body, variable: string, type: GraphQLOutputType, object: ObjectShape | null): void {
  if (!isNonNullType(type)) {
    body.lines.push(`if (${variable} === null) text += 'null'; else {`)
    addPresent(body, variable, type, object)
    body.lines.push('}')
    return
  }
  addPresent(body, variable, type.ofType, object)
}

function addPresent(body: Body, variable: string, type: GraphQLOutputType, object: ObjectShape | null): void {
  if (isListType(type)) {
    const item = `${variable}_`
    body.lines.push(
      `if (!Array.isArray(${variable})) throw mismatch`,
      `text += '['`,
      `for (let i${item} = 0; i${item} < ${variable}.length; i${item}++) {`,
      `if (i${item} !== 0) text += ','`,
      `const ${item} = ${variable}[i${item}]`,
    )
    addValue(body, item, type.ofType, object)
    body.lines.push('}', `text += ']'`)
    return
  }
  const callee = object ? lazyWriter(object) : isLeafType(type) ? leafWriter(type) : writeCustom
  body.lines.push(`text += ${calling(body, callee)}(${variable})`)
}

/** Names come out of GraphQL documents, whose names are letters, digits and underscores, and are quoted all the same. */
const quoted = (text: string) => JSON.stringify(text)

function generate(typename: string, fields: readonly FieldShape[], isOnlyType: boolean): TextWriter {
  const body: Body = { lines: [], callees: [] }
  // An object that says to be of another type than it may be is a lie.
  if (isOnlyType)
    body.lines.push(
      `if (object.__typename !== undefined && object.__typename !== ${quoted(typename)}) throw mismatch`,
    )
  let pending = '{'
  for (const [index, { name, key, constant, type, object }] of fields.entries()) {
    const label = `${pending}${index === 0 ? '' : ','}${quoted(name)}:`
    if (constant !== undefined) {
      pending = label + constant
      continue
    }
    pending = ''
    const variable = `value${index}`
    body.lines.push(`text += ${quoted(label)}`, `const ${variable} = object[${quoted(key)}]`)
    addValue(body, variable, type, object)
  }
  body.lines.push(`return text + ${quoted(`${pending}}`)}`)
  const source = `return (object) => {\nlet text = ''\n${body.lines.join('\n')}\n}`
  // Reading named properties in generated code is several times as fast as by variable names, and answers are
  // read field by field: https://github.com/zalando-incubator/graphql-jit does the same.
  return new Function('callees', 'mismatch', source)(body.callees, mismatch)
}

function checkObject(object: unknown): asserts object is { __typename?: unknown } {
  if (typeof object !== 'object' || object === null || object instanceof Lost || Array.isArray(object))
    throw mismatch
}

function writerOfType(shape: ObjectShape, typename: string): TextWriter {
  const fields = shape.fieldsOf(typename)
  if (fields === null) throw mismatch
  return generate(typename, fields, shape.typename !== null)
}

/** Makes the writer of a shape. Its code is generated when it is first used, type by type. */
export function lazyWriter(shape: ObjectShape): TextWriter {
  const { typename } = shape
  if (typename !== null) {
    let write: TextWriter | null = null
    return (object) => {
      checkObject(object)
      write ??= writerOfType(shape, typename)
      return write(object)
    }
  }
  const writers = new Map<string, TextWriter>()
  return (object) => {
    checkObject(object)
    const { __typename: name = shape.interfaceName } = object
    if (typeof name !== 'string') throw mismatch
    let write = writers.get(name)
    if (write === undefined) {
      write = writerOfType(shape, name)
      writers.set(name, write)
    }
    return write(object)
  }
}
