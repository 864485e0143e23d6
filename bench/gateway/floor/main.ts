// What no gateway in this language can do without: it makes the requests that ours makes, in the same waves, and
// sends an answer of the same size. `parse` parses what it gets and stringifies what it sends, `pass` passes bytes on.
// `apollo` passes bytes on behind Apollo Server, which reads, validates and answers the client's request.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Pool } from 'undici'
import { exchange } from '../../load/exchange.ts'
import { startApollo } from './apollo-server.ts'
import { type FloorKind, floorKinds, type Recording } from './floor-settings.ts'

function fromEnvironment(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

function readKind(): FloorKind {
  const text = fromEnvironment('FLOOR_KIND')
  const kind = floorKinds.find((known) => known === text)
  if (kind === undefined)
    throw new Error(`FLOOR_KIND is ${text}, and has to be one of ${floorKinds.join(', ')}`)
  return kind
}

const kind = readKind()
const recording: Recording = JSON.parse(readFileSync(fromEnvironment('FLOOR_RECORDING'), 'utf8'))
const subgraphs = new Pool(fromEnvironment('SUBGRAPHS_URL'), { connections: 128 })

/** A text with another caller in it. */
function template(text: string): (token: string) => string {
  const parts = text.split(recording.token)
  return (token) => parts.join(token)
}

const waves = [...new Set(recording.requests.map(({ wave }) => wave))]
  .sort((left, right) => left - right)
  .map((wave) =>
    recording.requests
      .filter((request) => request.wave === wave)
      .map(({ path, body }) => ({ path, bodyFor: template(body) })),
  )

async function fetchWaves(authorization: string): Promise<Buffer[]> {
  const token = authorization.replace('Bearer ', '')
  const answers: Buffer[] = []
  for (const wave of waves) {
    const arrived = await Promise.all(
      wave.map(({ path, bodyFor }) => exchange(subgraphs, { path, body: bodyFor(token), authorization })),
    )
    answers.push(...arrived.map(({ body }) => body))
  }
  return answers
}

/** The answer as the objects that a gateway would have made; only the caller in it changes. */
const answerTree: { data: unknown; caller?: string } = JSON.parse(recording.answer)
const tokenLength = recording.token.length
const filler = Buffer.from(recording.answer)

function parseAndStringify(answers: Buffer[], token: string): string {
  for (const answer of answers) JSON.parse(answer.toString())
  answerTree.caller = token
  return JSON.stringify(answerTree)
}

function passOn(answers: Buffer[], token: string): Buffer {
  const length = filler.length + tokenLength
  const bytes = Buffer.concat([Buffer.from(token), ...answers, filler])
  return bytes.subarray(0, length)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const passOnFor = async (authorization: string) =>
  passOn(await fetchWaves(authorization), authorization.replace('Bearer ', ''))

const askApollo =
  kind === 'apollo'
    ? await startApollo({ supergraphFile: fromEnvironment('SUPERGRAPH'), answer: passOnFor })
    : null

async function answerClient(request: IncomingMessage, response: ServerResponse) {
  const asked: unknown = JSON.parse(await readBody(request))
  if (askApollo) return askApollo(asked, request, response)
  const { authorization = '' } = request.headers
  const answers = await fetchWaves(authorization)
  const token = authorization.replace('Bearer ', '')
  const body = kind === 'parse' ? parseAndStringify(answers, token) : passOn(answers, token)
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

createServer((request, response) => {
  answerClient(request, response).catch((error) => {
    console.error(error)
    response.writeHead(500).end()
  })
}).listen(Number(fromEnvironment('PORT')), '127.0.0.1')
