import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type DocumentNode, graphql } from 'graphql'

export type Resolvers = NonNullable<
  Exclude<Parameters<typeof buildSubgraphSchema>[0], DocumentNode | unknown[]>['resolvers']
>

export interface ReceivedRequest {
  headers: IncomingMessage['headers']
  query: string
  variables: Record<string, unknown>
  /** Settled when the gateway has closed the connection before it was answered. */
  cancelled: Promise<void>
}

/** What to do with a request in place of answering it. */
export type Behaviour = (response: ServerResponse, answer: () => Promise<unknown>) => void | Promise<void>

export interface TestSubgraph {
  name: string
  typeDefs: DocumentNode
  url: string
  /** What has come in, from the start. */
  requests: ReceivedRequest[]
  behave(behaviour: Behaviour): void
  /** Nobody listens any more. */
  refuse(): Promise<void>
  /** All is well again. */
  recover(): Promise<void>
  stop(): Promise<void>
}

const json = { 'content-type': 'application/json' }

/** Each way in which a subgraph can fail while it still takes connections. */
export const failures = {
  reset: (response) => void response.socket?.resetAndDestroy(),
  'hung before its headers': () => undefined,
  'hung after its headers': (response) => response.writeHead(200, json).flushHeaders(),
  'hung in its body': (response) => void response.writeHead(200, json).write('{"data":'),
  'a 503 with a page': (response) =>
    void response
      .writeHead(503, { 'content-type': 'text/html' })
      .end('<h1>upstream-7.internal ECONNREFUSED</h1>'),
  'a 500 with data': async (response, answer) =>
    void response.writeHead(500, json).end(JSON.stringify(await answer())),
  'a 404': (response) => void response.writeHead(404).end('no such page'),
  'a redirect': (response) => void response.writeHead(302, { location: 'http://elsewhere.internal/' }).end(),
  'not JSON': (response) => void response.writeHead(200, json).end('<html>upstream-7.internal</html>'),
  'a truncated body': async (response, answer) => {
    const text = JSON.stringify(await answer())
    response.writeHead(200, { ...json, 'content-length': text.length })
    response.write(text.slice(0, -5))
    setImmediate(() => response.destroy())
  },
  'JSON that ends early': async (response, answer) =>
    void response.writeHead(200, json).end(JSON.stringify(await answer()).slice(0, -5)),
  'a list for a response': (response) => void response.writeHead(200, json).end('[1,2,3]'),
  'neither data nor errors': (response) =>
    void response.writeHead(200, json).end('{"hello":"upstream-7.internal"}'),
  'a string for its data': (response) =>
    void response.writeHead(200, json).end('{"data":"upstream-7.internal"}'),
  'errors that are no list': (response) =>
    void response.writeHead(200, json).end('{"data":{},"errors":"upstream-7.internal"}'),
  'no data and no error': (response) => void response.writeHead(200, json).end('{"data":null,"errors":[]}'),
  'an endless body': (response) => {
    response.writeHead(200, json)
    const chunk = Buffer.alloc(65_536, 0x20)
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', write)
    write()
  },
  'a refusal of the query': (response) =>
    void response
      .writeHead(400, json)
      .end(
        '{"errors":[{"message":"Cannot query field upstream-7.internal","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}',
      ),
  'a refusal of the caller': (response) =>
    void response
      .writeHead(401, json)
      .end('{"errors":[{"message":"who?","extensions":{"code":"UNTRUSTED_CALLER"}}]}'),
} satisfies Record<string, Behaviour>

/** The code that clients get for each of them. */
export const codeOf: Record<keyof typeof failures, string> = {
  reset: 'SUBGRAPH_UNAVAILABLE',
  'hung before its headers': 'SUBGRAPH_TIMEOUT',
  'hung after its headers': 'SUBGRAPH_TIMEOUT',
  'hung in its body': 'SUBGRAPH_TIMEOUT',
  'a 503 with a page': 'SUBGRAPH_UNAVAILABLE',
  'a 500 with data': 'SUBGRAPH_UNAVAILABLE',
  'a 404': 'SUBGRAPH_BAD_RESPONSE',
  'a redirect': 'SUBGRAPH_BAD_RESPONSE',
  'not JSON': 'SUBGRAPH_BAD_RESPONSE',
  'a truncated body': 'SUBGRAPH_UNAVAILABLE',
  'JSON that ends early': 'SUBGRAPH_BAD_RESPONSE',
  'a list for a response': 'SUBGRAPH_BAD_RESPONSE',
  'neither data nor errors': 'SUBGRAPH_BAD_RESPONSE',
  'a string for its data': 'SUBGRAPH_BAD_RESPONSE',
  'errors that are no list': 'SUBGRAPH_BAD_RESPONSE',
  'no data and no error': 'SUBGRAPH_BAD_RESPONSE',
  'an endless body': 'SUBGRAPH_BAD_RESPONSE',
  'a refusal of the query': 'SUBGRAPH_BAD_RESPONSE',
  'a refusal of the caller': 'SUBGRAPH_BAD_RESPONSE',
}

/** Answers with this body, whatever was asked. */
export const answerWith =
  (body: unknown, status = 200): Behaviour =>
  (response) =>
    void response.writeHead(status, json).end(JSON.stringify(body))

/** Answers as usual, but for what `change` makes of it. */
export const answerWithChanged =
  (change: (data: Record<string, unknown>) => unknown): Behaviour =>
  async (response, answer) => {
    const { data } = JSON.parse(JSON.stringify(await answer()))
    response.writeHead(200, json).end(JSON.stringify(change(data)))
  }

/** Answers as usual, but for what `change` makes of its entities, and these errors. */
export const answerWithEntities = (change: (entities: unknown[]) => unknown, errors?: unknown[]): Behaviour =>
  answerWithChanged(({ _entities: entities }) => ({
    data: { _entities: Array.isArray(entities) ? change(entities) : entities },
    errors,
  }))

const healthy: Behaviour = async (response, answer) =>
  void response.writeHead(200, json).end(JSON.stringify(await answer()))

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** A subgraph of the tests: a real one on a real socket, that can be made to fail. */
export async function startTestSubgraph(
  name: string,
  typeDefs: DocumentNode,
  resolvers: Resolvers,
): Promise<TestSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs, resolvers })
  const requests: ReceivedRequest[] = []
  const sockets = new Set<Socket>()
  let behaviour = healthy
  let port = 0
  let server: Server | null = null

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { query, variables = {} } = JSON.parse(await readText(request))
    const cancelled = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve()
      })
    })
    requests.push({ headers: request.headers, query, variables, cancelled })
    await behaviour(response, () => graphql({ schema, source: query, variableValues: variables }))
  }

  async function listen() {
    server = createServer((request, response) => void serve(request, response))
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }

  async function close() {
    if (server === null) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
    server = null
  }

  await listen()
  return {
    name,
    typeDefs,
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    behave(next) {
      behaviour = next
    },
    refuse: close,
    async recover() {
      behaviour = healthy
      if (server === null) await listen()
    },
    stop: close,
  }
}
