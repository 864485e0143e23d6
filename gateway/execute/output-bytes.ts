/** Bytes that were written, and are somebody's until they are released. */
export interface WrittenBytes {
  /** A response that holds the data and nothing else. */
  response: Buffer
  /** The data in it. */
  data: Buffer
  /** Lets the memory be used for others. To forget it costs memory until it is collected, and nothing else. */
  release(): void
}

const initialBytes = 128 * 1024
const maxPooledBytes = 1024 * 1024
const maxPooled = 64
const pool: Buffer[] = []

// What is being written. Nothing waits while it is, and an object for it would be slower to reach.
let output: Buffer = Buffer.allocUnsafeSlow(initialBytes)
let length = 0

function makeRoom(count: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(output.length * 2, length + count))
  output.copy(larger, 0, 0, length)
  output = larger
}

const beginning = Buffer.from('{"data":')
const end = Buffer.from('}')

/** Begins a response, whatever was written before. */
export function beginOutput(): void {
  length = 0
  writeBytes(beginning)
}

/** Adds bytes that are few. */
export function writeBytes(bytes: Uint8Array): void {
  const count = bytes.length
  if (length + count > output.length) makeRoom(count)
  for (let index = 0; index < count; index++) output[length + index] = bytes[index] ?? 0
  length += count
}

/** Up to so many, bytes are copied faster one by one than by a call. */
const fewBytes = 40

/** Adds what stands in a buffer. */
export function copyBytes(source: Buffer, from: number, to: number): void {
  const count = to - from
  if (length + count > output.length) makeRoom(count)
  if (count > fewBytes) source.copy(output, length, from, to)
  else for (let index = 0; index < count; index++) output[length + index] = source[from + index] ?? 0
  length += count
}

/** Hands over what was written. */
export function takeOutput(): WrittenBytes {
  writeBytes(end)
  const whole = output
  const response = whole.subarray(0, length)
  output = pool.pop() ?? Buffer.allocUnsafeSlow(initialBytes)
  length = 0
  let isReleased = false
  return {
    response,
    data: response.subarray(beginning.length, -end.length),
    release() {
      if (isReleased) return
      isReleased = true
      if (pool.length < maxPooled && whole.length <= maxPooledBytes) pool.push(whole)
    },
  }
}
