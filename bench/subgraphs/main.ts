// All subgraphs in one process, each at its own path. What the benchmark asks of it beside: GET /counts tells how
// much was asked for, POST /record takes down what one caller's request makes a gateway ask, and GET /recording
// gives it; POST /hang makes a subgraph hang, and POST /resume ends that.
import { setTimeout as wait } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { createAnswerer, type GraphQLRequest } from './compile-answer.ts'
import { callerOf } from './facts.ts'
import type { RecordedRequest, UpstreamCounts } from './measured.ts'
import { allSubgraphs } from './schemas.ts'
import { type HttpRequest, serveHttp } from './serve-http.ts'

/** Long enough for all requests that wait for no answer to arrive, also on a busy machine. */
const recordingDelayMs = 250

const counts: UpstreamCounts = { requests: 0, bodyBytes: 0 }
let recording: { token: string; startedAt: number; requests: RecordedRequest[] } | null = null

const answerers = new Map(
  allSubgraphs.map(({ name, sdl }) => [`/${name}`, createAnswerer(buildSubgraphSchema(parse(sdl)))]),
)

/** Of those that hang: settled when they go on. */
const hung = new Map<string, { over: Promise<void>; resume: () => void }>()

function hang(path: string) {
  if (hung.has(path)) return
  let resume = () => {}
  const over = new Promise<void>((resolve) => {
    resume = resolve
  })
  hung.set(path, { over, resume })
}

/** Takes a request down, and holds its answer back: what arrives meanwhile did not wait for it. */
async function record({ path, body }: HttpRequest, text: string): Promise<string> {
  if (recording === null) return text
  if (recording.requests.length === 0) recording.startedAt = performance.now()
  const wave = Math.round((performance.now() - recording.startedAt) / recordingDelayMs)
  recording.requests.push({ path, body, wave })
  await wait(recordingDelayMs)
  return text
}

function control({ method, path, body }: HttpRequest): string {
  if (path === '/counts') return JSON.stringify(counts)
  if (path === '/recording') return JSON.stringify(recording?.requests ?? [])
  if (path === '/record' && method === 'POST') {
    recording = { token: body, startedAt: 0, requests: [] }
    return '{}'
  }
  if (path === '/hang' && method === 'POST') {
    hang(`/${body}`)
    return '{}'
  }
  if (path === '/resume' && method === 'POST') {
    hung.get(`/${body}`)?.resume()
    hung.delete(`/${body}`)
    return '{}'
  }
  return '{"errors":[{"message":"There is no such subgraph"}]}'
}

function serve(request: HttpRequest): Promise<string> | string {
  const answer = answerers.get(request.path)
  if (!answer) return control(request)
  counts.requests++
  counts.bodyBytes += request.body.length
  const token = request.authorization.replace('Bearer ', '')
  const asked: GraphQLRequest = JSON.parse(request.body)
  const text = answer(asked, callerOf(token))
  const hanging = hung.get(request.path)
  if (hanging) return hanging.over.then(() => text)
  return recording?.token === token ? record(request, text) : text
}

const port = await serveHttp(serve, Number(process.argv[2] ?? 0))
console.log(JSON.stringify({ port }))
