import { isUtf8 } from 'node:buffer'
import { leafKinds, type RecordLayout, type SlotLayout } from './answer-layout.ts'

/** In the place of where a leaf's text begins, what a slot holds that is no leaf; nothing is 0. */
export const slotMarks = { nothing: 0, null: -1, object: -2, list: -3 } as const

/** The records of one operation's answers. */
export interface AnswerRecords {
  ints: Int32Array
  /** How much of it is used. */
  length: number
  /** The answers as they came, outside of the heap. A record's first integer says which it was read of. */
  bodies: Buffer[]
  /** Whether some answer has characters beyond ASCII, so that texts have to be put together from bytes. */
  hasWideText: boolean
}

const initialInts = 4096
const maxPooled = 64
const pool: Int32Array[] = []

export function openRecords(): AnswerRecords {
  // Nothing stands at 0, so that 0 means nothing.
  return { ints: pool.pop() ?? new Int32Array(initialInts), length: 1, bodies: [], hasWideText: false }
}

/** Gives the memory back for the next operation. */
export function closeRecords(records: AnswerRecords): void {
  if (pool.length >= maxPooled || records.ints.length > initialInts * 16) return
  pool.push(records.ints.fill(0, 0, records.length))
}

/** Makes room for so many integers, all of them 0, and returns where they begin. */
export function allocate(records: AnswerRecords, count: number): number {
  const at = records.length
  const end = at + count
  if (end > records.ints.length) {
    const larger = new Int32Array(Math.max(records.ints.length * 2, end))
    larger.set(records.ints.subarray(0, at))
    records.ints = larger
  }
  records.length = end
  return at
}

/** Thrown where an answer is not what was asked for, whatever it is instead. */
export const unexpected: unique symbol = Symbol('an answer is not as it was expected')

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const letterF = 0x66
const letterN = 0x6e
const letterT = 0x74

// What is being scanned. Nothing waits while it is, and an object for it would be slower to reach.
let bytes: Buffer = Buffer.alloc(0)
let at = 0
let source = 0
let isWide = false
let records: AnswerRecords = { ints: new Int32Array(0), length: 1, bodies: [], hasWideText: false }

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

function skipSpace(): void {
  while (isSpace(bytes[at])) at++
}

function expectByte(byte: number): void {
  if (bytes[at] !== byte) {
    skipSpace()
    if (bytes[at] !== byte) throw unexpected
  }
  at++
}

const plain = 0
const wide = 1
const special = 2

/** What a byte of a string is: most are plain, and a table tells them faster than comparisons do. */
const kindOfByte = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20 || byte === quote || byte === backslash) return special
  return byte > 0x7f ? wide : plain
})

/** Skips a string, and what JSON does not allow in one is not let through: https://www.rfc-editor.org/rfc/rfc8259#section-7 */
function scanString(): void {
  const scanned = bytes
  let here = at + 1
  for (;;) {
    // Behind the end there is no byte: it is taken for one that no string may hold.
    const kind = kindOfByte[scanned[here] ?? 0]
    if (kind === plain) here += 1
    else if (kind === wide) {
      isWide = true
      here += 1
    } else {
      const byte = scanned[here]
      if (byte === quote) break
      if (byte !== backslash) throw unexpected
      here += escapeLength(scanned, here)
    }
  }
  at = here + 1
}

const isHex = (byte = 0) =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)

function escapeLength(scanned: Uint8Array, here: number): number {
  const escaped = scanned[here + 1]
  if (escaped !== 0x75) {
    if (escaped === undefined || !'"\\/bfnrt'.includes(String.fromCharCode(escaped))) throw unexpected
    return 2
  }
  for (let digit = 2; digit < 6; digit++) if (!isHex(scanned[here + digit])) throw unexpected
  return 6
}

const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const isNumberByte = (byte = 0) =>
  (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte | 0x20) === 0x65

/** Whether these are the digits of an integer: not of a large one, of which it would have to be asked whether it fits. */
function isDigits(start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start
  if (end === first || end - first > 9 || (bytes[first] === 0x30 && end - first > 1)) return false
  for (let here = first; here < end; here++) {
    const byte = bytes[here] ?? 0
    if (byte < 0x30 || byte > 0x39) return false
  }
  return true
}

function scanNumber(): void {
  const start = at
  while (isNumberByte(bytes[at])) at++
  if (isDigits(start, at)) return
  if (!numberPattern.test(bytes.toString('latin1', start, at))) throw unexpected
}

function scanWord(word: Uint8Array): void {
  for (const byte of word) if (bytes[at++] !== byte) throw unexpected
}

const words = { true: Buffer.from('true'), false: Buffer.from('false'), null: Buffer.from('null') }

/** Nothing nests deeper than this in an answer that can be used. */
const maxDepth = 200

/** Skips a value of any kind. */
function skipValue(depth = 0): void {
  if (depth > maxDepth) throw unexpected
  skipSpace()
  const first = bytes[at]
  if (first === quote) scanString()
  else if (first === openBrace)
    skipMembers(closeBrace, () => {
      scanKey()
      skipValue(depth + 1)
    })
  else if (first === openBracket) skipMembers(closeBracket, () => skipValue(depth + 1))
  else if (first === letterT) scanWord(words.true)
  else if (first === letterF) scanWord(words.false)
  else if (first === letterN) scanWord(words.null)
  else scanNumber()
}

function skipMembers(close: number, skipMember: () => void): void {
  at++
  skipSpace()
  if (bytes[at] === close) {
    at++
    return
  }
  for (;;) {
    skipMember()
    skipSpace()
    if (bytes[at] === close) break
    expectByte(comma)
  }
  at++
}

/** Scans a leaf that is not null, and holds it against its type. */
function scanLeaf({ leaf, values }: SlotLayout): void {
  const start = at
  const first = bytes[at]
  if (leaf === leafKinds.string || leaf === leafKinds.oneOf) {
    if (first !== quote) throw unexpected
    scanString()
    if (values && !values.has(bytes.toString('latin1', start, at))) throw unexpected
  } else if (leaf === leafKinds.int) {
    scanNumber()
    if (!isDigits(start, at)) throw unexpected
  } else if (leaf === leafKinds.float) scanNumber()
  else if (leaf === leafKinds.boolean) scanWord(first === letterT ? words.true : words.false)
  else skipValue()
}

/** Scans a value into two integers of the records. */
function scanValue(field: SlotLayout, slot: number, lists = field.lists): void {
  let byte = bytes[at]
  if (isSpace(byte)) {
    skipSpace()
    byte = bytes[at]
  }
  if (byte === letterN) {
    scanWord(words.null)
    records.ints[slot] = slotMarks.null
  } else if (byte === openBracket && field.leaf !== leafKinds.custom) {
    if (lists === 0) throw unexpected
    const list = scanList(field, lists - 1)
    records.ints[slot] = slotMarks.list
    records.ints[slot + 1] = list
  } else if (field.record) {
    if (byte !== openBrace) throw unexpected
    const object = scanObject(field.record)
    records.ints[slot] = slotMarks.object
    records.ints[slot + 1] = object
  } else {
    const start = at
    scanLeaf(field)
    records.ints[slot] = start
    records.ints[slot + 1] = at
  }
}

/** The items of the lists that are being scanned: it is not known before how many there are. */
const items: number[] = []

/** @returns where in the records the list begins: with its length, then each item */
function scanList(field: SlotLayout, lists: number): number {
  at++
  skipSpace()
  const first = items.length
  if (bytes[at] === closeBracket) at++
  else {
    const slot = allocate(records, 2)
    for (;;) {
      scanValue(field, slot, lists)
      items.push(records.ints[slot] ?? 0, records.ints[slot + 1] ?? 0)
      if (bytes[at] !== comma) skipSpace()
      if (bytes[at] === closeBracket) {
        at++
        break
      }
      expectByte(comma)
    }
  }
  const count = items.length - first
  const list = allocate(records, 1 + count)
  records.ints[list] = count / 2
  for (let index = 0; index < count; index++) records.ints[list + 1 + index] = items[first + index] ?? 0
  items.length = first
  return list
}

/** Whether the key at this place is a field's; then it is behind it. */
function takesLabel({ label }: SlotLayout): boolean {
  const { length } = label
  for (let index = 0; index < length; index++) if (bytes[at + index] !== label[index]) return false
  at += length
  return true
}

/** The field whose key is at this place, or undefined where it is nobody's; the key and its colon are then behind. */
function takeKey(layout: RecordLayout): SlotLayout | undefined {
  const key = scanKey()
  const field = layout.byKey.get(key)
  // What says of itself what it is, unasked, is heard where all that an object says is looked at.
  if (key === '__typename' && !field) throw unexpected
  return field
}

/** @returns where in the records the object's record begins */
function scanObject(layout: RecordLayout): number {
  const { fields, size } = layout
  const record = allocate(records, size)
  records.ints[record] = source
  at++
  skipSpace()
  if (bytes[at] === closeBrace) {
    at++
    return record
  }
  // Mostly the fields come as they were asked for, and nothing else.
  for (let expected = 0; ; expected++) {
    const next = fields[expected]
    const field = next && takesLabel(next) ? next : takeKey(layout)
    if (field) {
      if (field !== next) expected = fields.indexOf(field)
      scanValue(field, record + field.slot)
    } else {
      skipValue()
      expected--
    }
    if (bytes[at] === comma) {
      at++
      if (isSpace(bytes[at])) skipSpace()
      continue
    }
    expectByte(closeBrace)
    return record
  }
}

/** What an answer's data has to hold. */
export interface ExpectedData {
  /** The layout of the data itself, for what is asked at the root. */
  root?: RecordLayout
  /** By key, the layout of each of a list of entities, and how many there have to be. */
  entities?: ReadonlyMap<string, { record: RecordLayout; count: number }>
}

export interface ScannedData {
  /** Where the data's record begins. */
  root: number
  /** By key, where each entity's record begins. */
  entities: ReadonlyMap<string, readonly number[]>
}

function scanEntities({ record, count }: { record: RecordLayout; count: number }): number[] {
  const found: number[] = []
  skipSpace()
  if (bytes[at] !== openBracket) throw unexpected
  skipMembers(closeBracket, () => {
    skipSpace()
    // A null is looked at elsewhere.
    if (bytes[at] !== openBrace) throw unexpected
    found.push(scanObject(record))
  })
  if (found.length !== count) throw unexpected
  return found
}

function scanKey(): string {
  skipSpace()
  const start = at
  if (bytes[at] !== quote) throw unexpected
  scanString()
  const key = bytes.toString('latin1', start + 1, at - 1)
  expectByte(colon)
  return key
}

function scanData({ root, entities = new Map() }: ExpectedData): ScannedData {
  skipSpace()
  if (bytes[at] !== openBrace) throw unexpected
  if (root) return { root: scanObject(root), entities: new Map() }
  const found = new Map<string, readonly number[]>()
  skipMembers(closeBrace, () => {
    const key = scanKey()
    const expected = entities.get(key)
    if (expected) found.set(key, scanEntities(expected))
    else skipValue()
  })
  if (found.size !== entities.size) throw unexpected
  return { root: 0, entities: found }
}

/**
 * Reads an answer into records without making an object of it: what goes to the client is copied from its text, and
 * what is thousands of objects otherwise is a few integers, which nothing has to collect.
 * @throws {unexpected} when it has errors, or is anything else than what was asked for, in which case it tells nothing
 */
export function scanAnswer(body: Buffer, expected: ExpectedData, into: AnswerRecords): ScannedData {
  bytes = body
  at = 0
  isWide = false
  records = into
  source = into.bodies.push(body) - 1
  items.length = 0
  let data: ScannedData | null = null
  skipSpace()
  if (bytes[at] !== openBrace) throw unexpected
  skipMembers(closeBrace, () => {
    const key = scanKey()
    if (key === 'errors') throw unexpected
    if (key === 'data' && data === null) data = scanData(expected)
    else skipValue()
  })
  skipSpace()
  if (at !== bytes.length || data === null || (isWide && !isUtf8(body))) throw unexpected
  if (isWide) into.hasWideText = true
  return data
}
