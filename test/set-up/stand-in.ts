import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Kind, parse } from 'graphql'
import { Pool } from 'undici'
import { freePort } from '../../service/free-ports.ts'
import type { Outage } from './outages.ts'
import { workerPorts } from './worker-ports.ts'

/** Words that no answer to a client may hold; what the stand-in says in place of a subgraph is made of them. */
export const insideWords = ['upstream-7.internal', 'ECONNREFUSED', 'ECONNRESET', 'stack trace']
const inside = insideWords.join(' ')

/** The request header by which a journal tells operations apart; have the gateway send it on. */
export const operationHeader = 'x-proved-operation'

/** A request as it came, and what was done with it. */
export interface JournalEntry {
  query: string
  /** The whole request, by which a repetition is known. */
  body: string
  /** Whether the answer was another than the subgraph's own. */
  wasHarmed: boolean
}

export interface StandIn {
  /** The address to give to the gateway in place of the subgraph's own. */
  url: string
  /** Begins an outage; returns once it holds for every connection. */
  fail(outage: Outage): Promise<void>
  /** Ends the outage: requests reach the subgraph again. */
  recover(): Promise<void>
  /** The requests that were made for an operation since it was last asked; see `operationHeader`. */
  takeJournal(operation: string): JournalEntry[]
  stop(): Promise<void>
}

interface Forwarded {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

interface Asked {
  query: string
  variables: Record<string, unknown>
}

function readRequest(body: Buffer): Asked {
  const { query, variables }: Record<string, unknown> = JSON.parse(body.toString('utf8'))
  return { query: String(query), variables: isObject(variables) ? variables : {} }
}

/** The response names under which a request asks for entities, each with what it asks about. */
function entityFields({ query, variables }: Asked): { key: string; representations: unknown[] }[] {
  return parse(query).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return []
    return definition.selectionSet.selections.flatMap((field) => {
      if (field.kind !== Kind.FIELD || field.name.value !== '_entities') return []
      const value = field.arguments?.find(({ name }) => name.value === 'representations')?.value
      const asked = value?.kind === Kind.VARIABLE ? variables[value.name.value] : []
      return [
        { key: field.alias?.value ?? field.name.value, representations: Array.isArray(asked) ? asked : [] },
      ]
    })
  })
}

/** Every other entity, by what it is and not by where it stands: asked again, it is the same. */
const isUnlucky = (representation: unknown): boolean =>
  (createHash('sha1')
    .update(JSON.stringify(representation) ?? '')
    .digest()[0] ?? 0) %
    2 ===
  0

/** A value of another type. A string stays: whatever it is replaced by, a scalar of one's own may be. */
function wrongType(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return 7
  return typeof value === 'number' || typeof value === 'boolean' ? { [inside]: inside } : value
}

const withWrongTypes = (value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, below]) => [
          name,
          name === '__typename' ? below : wrongType(below),
        ]),
      )
    : value

interface Said {
  data: Record<string, unknown>
  errors: unknown[]
}

type Lie = (said: Said, asked: Asked) => Said

/** Lies about each list of entities; what else has been asked is told truthfully. */
const aboutEntities =
  (
    lie: (entities: unknown[], representations: unknown[], key: string, errors: unknown[]) => unknown[],
  ): Lie =>
  ({ data, errors }, asked) => {
    const told = { ...data }
    for (const { key, representations } of entityFields(asked)) {
      const entities = data[key]
      if (Array.isArray(entities)) told[key] = lie(entities, representations, key, errors)
    }
    return { data: told, errors }
  }

const lies: Partial<Record<Outage, Lie>> = {
  'fewer entities': aboutEntities((entities) => entities.slice(1)),
  'more entities': aboutEntities((entities) => [...entities, entities[0] ?? null]),
  'lost entities': aboutEntities((entities, representations) =>
    entities.map((entity, index) => (isUnlucky(representations[index]) ? null : entity)),
  ),
  'failed entities': aboutEntities((entities, representations, key, errors) =>
    entities.map((entity, index) => {
      if (!isUnlucky(representations[index])) return entity
      errors.push({ message: inside, path: [key, index], extensions: { stacktrace: [inside] } })
      return null
    }),
  ),
  'wrong types'({ data, errors }, asked) {
    const entities = new Set(entityFields(asked).map(({ key }) => key))
    const told = Object.entries(data).map(([key, value]) => [
      key,
      entities.has(key) && Array.isArray(value)
        ? value.map(withWrongTypes)
        : key === '__typename'
          ? value
          : wrongType(value),
    ])
    return { data: Object.fromEntries(told), errors }
  },
}

const json = { 'content-type': 'application/json' }
const page = `<html><body>${inside}</body></html>`
const restartMs = 100
/** Whatever is worth a name has more bytes than fit into a deadline at this pace. */
const trickleMs = 250

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function trickle(response: ServerResponse, body: Buffer): Promise<void> {
  response.writeHead(200, json)
  for (const byte of body) {
    if (response.destroyed) return
    response.write(Buffer.of(byte))
    await setTimeout(trickleMs, undefined, { ref: false })
  }
  response.end()
}

function flood(response: ServerResponse): void {
  response.writeHead(200, json)
  const chunk = Buffer.alloc(65_536, 0x20)
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', write)
  write()
}

/**
 * Stands between the gateway and the subgraph at `target`, on a socket of its own, and can fail on demand. The words
 * of an outage are told in outages.ts.
 */
export async function startStandIn(target: string): Promise<StandIn> {
  const { origin } = new URL(target)
  const subgraph = new Pool(origin, { connections: 128 })
  const sockets = new Set<Socket>()
  const journal = new Map<string, JournalEntry[]>()
  let outage: Outage | null = null

  async function forward(request: IncomingMessage, sent: Buffer): Promise<Forwarded> {
    const { host: _host, connection: _connection, ...headers } = request.headers
    const {
      statusCode,
      headers: received,
      body,
    } = await subgraph.request({
      path: request.url ?? '/',
      method: request.method === 'GET' ? 'GET' : 'POST',
      headers,
      ...(sent.length > 0 && { body: sent }),
    })
    const {
      connection: _c,
      'keep-alive': _k,
      'transfer-encoding': _t,
      'content-length': _l,
      ...kept
    } = received
    return { status: statusCode, headers: kept, body: Buffer.from(await body.arrayBuffer()) }
  }

  function note(request: IncomingMessage, body: Buffer, wasHarmed: boolean) {
    const operation = request.headers[operationHeader]
    if (typeof operation !== 'string') return
    const entry = { query: readRequest(body).query, body: body.toString('utf8'), wasHarmed }
    journal.set(operation, [...(journal.get(operation) ?? []), entry])
  }

  const send = (response: ServerResponse, { status, headers, body }: Forwarded) =>
    void response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)

  /** What each outage does with a request that has come. Those that are not here let none come. */
  const harms: Partial<Record<Outage, (response: ServerResponse, answer: () => Promise<Buffer>) => unknown>> =
    {
      reset: (response) => response.socket?.resetAndDestroy(),
      hung: () => undefined,
      'hung after headers': (response) => response.writeHead(200, json).flushHeaders(),
      trickle: async (response, answer) => trickle(response, await answer()),
      unavailable: (response) => response.writeHead(503, { 'content-type': 'text/html' }).end(page),
      html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page),
      async truncated(response, answer) {
        const body = await answer()
        response.writeHead(200, { ...json, 'content-length': body.length })
        response.write(body.subarray(0, -5), () => response.destroy())
      },
      'half of the JSON': async (response, answer) => {
        const body = await answer()
        response.writeHead(200, json).end(body.subarray(0, body.length / 2))
      },
      'wrong shape': (response) => response.writeHead(200, json).end(JSON.stringify([{ data: inside }])),
      'endless body': flood,
      restart() {
        outage = null
        return afterwards(async () => {
          await close()
          await setTimeout(restartMs)
          await listen(ownPort)
        })
      },
    }

  async function tellLie(lie: Lie, request: IncomingMessage, response: ServerResponse, body: Buffer) {
    const answer = await forward(request, body)
    const { data, errors = [] }: Record<string, unknown> = JSON.parse(answer.body.toString('utf8'))
    if (!isObject(data)) {
      note(request, body, false)
      return send(response, answer)
    }
    const said = { data, errors: Array.isArray(errors) ? errors : [] }
    const truth = JSON.stringify(said.data)
    const told = lie(said, readRequest(body))
    note(request, body, JSON.stringify(told.data) !== truth)
    const { data: toldData, errors: toldErrors } = told
    const text = JSON.stringify({ data: toldData, ...(toldErrors.length > 0 && { errors: toldErrors }) })
    send(response, { ...answer, body: Buffer.from(text) })
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const body = await readBody(request)
    const isAsked = request.method === 'POST'
    const lie = outage && isAsked && lies[outage]
    if (lie) return tellLie(lie, request, response, body)
    const harm = outage && isAsked && harms[outage]
    if (isAsked) note(request, body, Boolean(harm))
    if (harm) await harm(response, async () => (await forward(request, body)).body)
    else send(response, await forward(request, body))
  }

  const server = createServer((request, response) => {
    // A connection that breaks is what this is for, on either side.
    serve(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  /** What is begun while it comes up or goes down waits for that. */
  let last: Promise<void> = Promise.resolve()
  function afterwards(change: () => Promise<void>): Promise<void> {
    last = last.then(change)
    return last
  }

  async function listen(at: number) {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }

  async function close() {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  // Kept while nobody listens on it: whoever comes back has to find it free.
  const ownPort = await freePort(workerPorts)
  await listen(ownPort)

  return {
    url: `http://127.0.0.1:${ownPort}`,
    fail: (next) =>
      afterwards(async () => {
        outage = next
        await close()
        if (next !== 'refused') await listen(ownPort)
      }),
    recover: () =>
      afterwards(async () => {
        outage = null
        await close()
        await listen(ownPort)
      }),
    takeJournal(operation) {
      const entries = journal.get(operation) ?? []
      journal.delete(operation)
      return entries
    },
    stop: () =>
      afterwards(async () => {
        await close()
        await subgraph.destroy()
      }),
  }
}
