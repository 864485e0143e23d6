import type { WrittenBytes } from './output-bytes.ts'

/** Asks data for the JSON that it is written as already; undefined once somebody has looked into it. */
const written: unique symbol = Symbol('written JSON')

const traps = [
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'has',
  'ownKeys',
  'preventExtensions',
  'set',
] as const

/** JSON as a text, or as bytes outside of the heap. */
export type WrittenJson = string | WrittenBytes

const textOf = (json: WrittenJson) => (typeof json === 'string' ? json : json.data.toString('utf8'))

/**
 * Data that is written already. It goes to the client as it is; a plugin that reads it, or changes it, finds an object
 * as any other, which is made then, and which is what is sent from then on.
 */
export function createResponseData(json: WrittenJson): Record<string, unknown> {
  const target = {}
  let isRead = false
  function read(): void {
    if (isRead) return
    isRead = true
    for (const [key, value] of Object.entries(JSON.parse(textOf(json))))
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  }
  const handler: ProxyHandler<object> = {}
  for (const trap of traps)
    handler[trap] = (...given: unknown[]) => {
      read()
      return Reflect.apply(Reflect[trap], Reflect, given)
    }
  // A map from data to texts would do as well, and costs more than all of the execution: weak maps are slow to collect.
  handler.get = (...given) => {
    if (given[1] === written) return isRead ? undefined : json
    read()
    return Reflect.get(...given)
  }
  return new Proxy(target, handler)
}

function writtenOf(value: unknown): WrittenJson | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Reflect.get(value, written)
}

/** Lets several have data, each as its own. */
export function copiesOfData(data: Record<string, unknown>): () => Record<string, unknown> {
  const json = writtenOf(data)
  if (json === undefined) return () => structuredClone(data)
  // Nobody knows who is the last to send it.
  const kept = typeof json === 'string' ? json : { ...json, release: () => undefined }
  return () => createResponseData(kept)
}

/** Bodies that are bytes, by the text that stands for each on its way through Apollo Server. */
const bodies = new Map<string, WrittenBytes>()
let nextBody = 0
const maxBodies = 10_000

function nameFor(json: WrittenBytes): string {
  const name = `written ${nextBody++}`
  // Nobody leaves one here; should somebody, it is not for ever.
  if (bodies.size >= maxBodies) bodies.clear()
  bodies.set(name, json)
  return name
}

/**
 * Writes a response, as Apollo Server's `stringifyResult`. That has to give a text; where the response is bytes, the
 * text is a name for them, which `takeBody` knows: a copy of each response on the heap costs more than to make it.
 */
export function stringifyResponse(response: object): string {
  const members = Object.entries(response).filter(([, value]) => value !== undefined)
  const [[key, value] = [], ...others] = members
  const json = key === 'data' && others.length === 0 ? writtenOf(value) : undefined
  if (json !== undefined && typeof json !== 'string') return nameFor(json)
  const texts = members.map(([name, member]: [string, unknown]) => {
    const own = writtenOf(member)
    return `${JSON.stringify(name)}:${own === undefined ? JSON.stringify(member) : textOf(own)}`
  })
  return `{${texts.join(',')}}`
}

/** The bytes that a response's text stands for, and what to do once they are sent; null where it is the text itself. */
export function takeBody(text: string): { bytes: Buffer; release(): void } | null {
  // All other texts are JSON objects.
  if (text.startsWith('{')) return null
  const json = bodies.get(text)
  bodies.delete(text)
  return json ? { bytes: json.response, release: json.release } : null
}
