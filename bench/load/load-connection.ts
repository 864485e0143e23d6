import { connect, type Socket } from 'node:net'
import type { Answer } from './exchange.ts'

const endOfHead = Buffer.from('\r\n\r\n')
const lineBreak = Buffer.from('\r\n')
const endOfChunks = Buffer.from('\r\n0\r\n\r\n')

/** What has arrived of one answer. */
class Arrival {
  #bytes = Buffer.alloc(128 * 1024)
  #length = 0
  #bodyStart = 0
  /** Null where the body comes in chunks. */
  #bodyLength: number | null = 0
  #status = 0

  clear() {
    this.#length = 0
    this.#bodyStart = 0
  }

  add(bytes: Uint8Array) {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#length + bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    if (this.#bodyStart === 0) this.#readHead()
  }

  #readHead() {
    const headEnd = this.#bytes.subarray(0, this.#length).indexOf(endOfHead)
    if (headEnd === -1) return
    const head = this.#bytes.toString('latin1', 0, headEnd)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    this.#bodyStart = headEnd + endOfHead.length
    this.#bodyLength = length === undefined ? null : Number(length)
    this.#status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
  }

  /** The answer, once it is whole. It is to be read before the next one is asked for. */
  whole(): Answer | null {
    if (this.#bodyStart === 0) return null
    const body = this.#bytes.subarray(this.#bodyStart, this.#length)
    if (this.#bodyLength === null) {
      // From the line break that ends the head, for a body of no chunk but the last.
      const fromLineBreak = this.#bytes.subarray(this.#bodyStart - lineBreak.length, this.#length)
      if (!fromLineBreak.subarray(-endOfChunks.length).equals(endOfChunks)) return null
      return { status: this.#status, body: joinChunks(body) }
    }
    return body.length < this.#bodyLength ? null : { status: this.#status, body }
  }
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let start = 0; ; ) {
    const lineEnd = body.indexOf(lineBreak, start)
    const length = Number.parseInt(body.toString('latin1', start, lineEnd), 16)
    if (!(length > 0)) return Buffer.concat(chunks)
    const chunkStart = lineEnd + lineBreak.length
    chunks.push(body.subarray(chunkStart, chunkStart + length))
    start = chunkStart + length + lineBreak.length
  }
}

/**
 * A connection that is asked one thing at a time and reads into memory that it keeps: large answers would cost a
 * client that makes buffers for them more than the fastest gateway takes.
 */
export class LoadConnection {
  readonly #socket: Socket
  readonly #host: string
  readonly #arrival = new Arrival()
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null

  /** @param patienceMs for so long without an answer the connection is kept */
  constructor(url: string, { patienceMs = 60_000 } = {}) {
    const { hostname, port, host } = new URL(url)
    this.#host = host
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(64 * 1024),
        callback: (length, bytes) => {
          this.#arrival.add(bytes.subarray(0, length))
          const answer = this.#arrival.whole()
          if (answer) this.#waiting?.resolve(answer)
          return true
        },
      },
    })
    this.#socket.setTimeout(patienceMs, () =>
      this.#socket.destroy(new Error(`no answer in ${patienceMs} ms`)),
    )
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
  }

  get isOpen() {
    return !this.#socket.destroyed
  }

  ask({ path, body, authorization }: { path: string; body: string; authorization: string }): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#arrival.clear()
      this.#waiting = { resolve, reject }
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\nconnection: keep-alive\r\n` +
          `content-type: application/json\r\naccept: application/json\r\nauthorization: ${authorization}\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  close() {
    this.#socket.destroy()
  }
}
