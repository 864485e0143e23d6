/** Asks data for the JSON that it is written as already; undefined once somebody has looked into it. */
const writtenText: unique symbol = Symbol('written text')

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

/**
 * Data that is written already. It goes to the client as the text it is; a plugin that reads it, or changes it, finds
 * an object as any other, which is made then, and which is what is sent from then on.
 */
export function createResponseData(text: string): Record<string, unknown> {
  const target = {}
  let isRead = false
  function read(): void {
    if (isRead) return
    isRead = true
    for (const [key, value] of Object.entries(JSON.parse(text)))
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
    if (given[1] === writtenText) return isRead ? undefined : text
    read()
    return Reflect.get(...given)
  }
  return new Proxy(target, handler)
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const text: unknown = Reflect.get(value, writtenText)
  return typeof text === 'string' ? text : undefined
}

/** Writes a response, as Apollo Server's `stringifyResult`. */
export function stringifyResponse(response: object): string {
  const members = Object.entries(response).flatMap(([key, value]: [string, unknown]) =>
    value === undefined ? [] : `${JSON.stringify(key)}:${textOf(value) ?? JSON.stringify(value)}`,
  )
  return `{${members.join(',')}}`
}
