import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql'
import { type AnswerLayout, type Place, type Position, placeOf } from './answer-layout.ts'
import { type AnswerRecords, slotMarks } from './answer-records.ts'
import { beginOutput, copyBytes, takeOutput, type WrittenBytes, writeBytes } from './output-bytes.ts'
import type { FieldShape, ObjectShape } from './shape.ts'
import { mismatch } from './text-writer.ts'

/** Writes an object as JSON from its record. @throws {mismatch} where something is not there, or is a null too many. */
type WriteRecord = (ints: Int32Array, bodies: readonly Buffer[], record: number) => void

/** Writes the response's data from the records of all answers, `root` being that of the root. @throws {mismatch} */
export type ResponseWriter = (records: AnswerRecords, root: number) => WrittenBytes

interface Body {
  lines: string[]
  callees: WriteRecord[]
  constants: Uint8Array[]
}

const quoted = (text: string) => JSON.stringify(text)

/** A statement that writes a constant. */
const put = (body: Body, text: string) => `write(constants[${body.constants.push(Buffer.from(text)) - 1}])`

/** A statement that ends the run of bytes that is being copied. */
const flush = 'if (to !== 0) { copy(source, from, to); to = 0 }'

const recordOf = ({ link }: Place) => (link === null ? 'record' : `part${link}`)

/** Adds what writes a value that lists may be around, from a slot. */
function addNested(body: Body, slot: string, type: GraphQLOutputType, write: (slot: string) => string): void {
  const isNonNull = isNonNullType(type)
  const inner = isNonNull ? type.ofType : type
  const name = `v${body.lines.length}`
  body.lines.push(`const ${name} = ints[${slot}]`)
  body.lines.push(
    `if (${name} === ${slotMarks.null}) { ${isNonNull ? 'throw mismatch' : put(body, 'null')} } else {`,
  )
  if (isListType(inner)) {
    body.lines.push(
      `if (${name} !== ${slotMarks.list}) throw mismatch`,
      `const list${name} = ints[${slot} + 1]`,
      put(body, '['),
      `for (let i${name} = 0, n${name} = ints[list${name}]; i${name} < n${name}; i${name}++) {`,
      `if (i${name} !== 0) ${put(body, ',')}`,
    )
    addNested(body, `list${name} + 1 + 2 * i${name}`, inner.ofType, write)
    body.lines.push('}', put(body, ']'))
  } else body.lines.push(write(slot))
  body.lines.push('}')
}

/** Adds what copies a leaf. Leaves that follow each other in the answer as in the response are copied together. */
function addLeaf(body: Body, label: string, { name, key, type }: FieldShape, place: Place): void {
  const record = recordOf(place)
  const slot = `${record} + ${place.field.slot}`
  const start = `s${body.lines.length}`
  const source = `bodies[ints[${record}]]`
  const begin = `${flush}\n${put(body, label)}; source = ${source}; from = ${start}; to = ints[${slot} + 1]`
  // What stands between two values that are no further apart than this is the second one's key, and nothing else.
  const follows = label === `,${quoted(key)}:` && name === key
  body.lines.push(
    `const ${start} = ints[${slot}]`,
    `if (${start} > 0) {`,
    follows
      ? `if (to !== 0 && ${start} === to + ${Buffer.byteLength(label)} && source === ${source}) to = ints[${slot} + 1]; else { ${begin} }`
      : begin,
    isNonNullType(type)
      ? '} else throw mismatch'
      : `} else if (${start} === ${slotMarks.null}) { ${flush}; ${put(body, `${label}null`)} } else throw mismatch`,
  )
}

function addField(body: Body, label: string, shape: FieldShape, place: Place, position: Position): boolean {
  const { type, object } = shape
  const isLeaf = object === null && !isListType(isNonNullType(type) ? type.ofType : type)
  if (isLeaf) {
    addLeaf(body, label, shape, place)
    return true
  }
  body.lines.push(flush, put(body, label))
  const slot = `${recordOf(place)} + ${place.field.slot}`
  if (object === null) {
    const source = `bodies[ints[${recordOf(place)}]]`
    addNested(
      body,
      slot,
      type,
      (each) => `if (ints[${each}] <= 0) throw mismatch\ncopy(${source}, ints[${each}], ints[${each} + 1])`,
    )
    return true
  }
  const below = position.below.get(shape.key)
  const write = below && createObjectWriter(object, below)
  if (!write) return false
  const callee = `callees[${body.callees.push(write) - 1}]`
  addNested(
    body,
    slot,
    type,
    (each) =>
      `if (ints[${each}] !== ${slotMarks.object}) throw mismatch\n${callee}(ints, bodies, ints[${each} + 1])`,
  )
  return true
}

function createObjectWriter(shape: ObjectShape, position: Position): WriteRecord | null {
  const fields = shape.fieldsOf(position.type.name)
  if (fields === null) return null
  const body: Body = { lines: [], callees: [], constants: [] }
  const links = new Set<number>()
  let pending = '{'
  for (const [index, field] of fields.entries()) {
    const label = `${index === 0 ? pending : `${pending},`}${quoted(field.name)}:`
    pending = ''
    if (field.constant !== undefined) {
      pending = label + field.constant
      continue
    }
    const place = placeOf(position, field.key)
    if (!place || (place.field.leaf === null) !== (field.object !== null)) return null
    if (place.link !== null) links.add(place.link)
    if (!addField(body, label, field, place, position)) return null
  }
  const parts = [...links].map(
    (link) => `const part${link} = ints[record + ${link}]\nif (part${link} === 0) throw mismatch`,
  )
  const source = `return (ints, bodies, record) => {
    let source = null, from = 0, to = 0
    ${parts.join('\n')}
    ${body.lines.join('\n')}
    ${flush}
    ${put(body, `${pending}}`)}
  }`
  const make = new Function('callees', 'constants', 'mismatch', 'write', 'copy', source)
  return make(body.callees, body.constants, mismatch, writeBytes, copyBytes)
}

/** Makes the writer of a response; null where the records do not hold all that it needs. */
export function createResponseWriter(shape: ObjectShape, layout: AnswerLayout): ResponseWriter | null {
  const write = createObjectWriter(shape, layout.root)
  if (!write) return null
  return ({ ints, bodies }, root) => {
    beginOutput()
    write(ints, bodies, root)
    return takeOutput()
  }
}
