/** The JSON of data that nobody has looked at yet. */
const texts = new WeakMap<object, string>()

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
  const data: Record<string, unknown> = new Proxy(
    target,
    handler(target, text, () => texts.delete(data)),
  )
  texts.set(data, text)
  return data
}

function handler(target: object, text: string, onRead: () => void): ProxyHandler<object> {
  let isRead = false
  function read(): void {
    if (isRead) return
    isRead = true
    onRead()
    for (const [key, value] of Object.entries(JSON.parse(text)))
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  }
  const reading = traps.map((trap) => [
    trap,
    (...given: unknown[]) => {
      read()
      return Reflect.apply(Reflect[trap], Reflect, given)
    },
  ])
  return Object.fromEntries(reading)
}

/** Writes a response, as Apollo Server's `stringifyResult`. */
export function stringifyResponse(response: object): string {
  const members = Object.entries(response).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return []
    const text = typeof value === 'object' && value !== null ? texts.get(value) : undefined
    return `${JSON.stringify(key)}:${text ?? JSON.stringify(value)}`
  })
  return `{${members.join(',')}}`
}
