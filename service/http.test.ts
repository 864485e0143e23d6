import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { Pool } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpRoutes, type HttpService, readBody, sendJson, startHttpService } from './http.ts'
import { silentLogger } from './log.ts'

const services: HttpService[] = []
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())))

async function start(
  routes: HttpRoutes,
  options: { drainTimeoutMs?: number; refusesWhileStopping?: boolean } = {},
) {
  const service = await startHttpService({
    port: 0,
    host: '127.0.0.1',
    routes,
    log: silentLogger(),
    ...options,
  })
  services.push(service)
  return service
}

const read = async (response: Response) => JSON.parse(await response.text())

const routes: HttpRoutes = {
  '/echo': {
    methods: ['POST'],
    async handle(request, response) {
      const body = await readBody(request, 10)
      if (body === null) return sendJson(response, 413, { read: null })
      sendJson(response, 200, { read: body.toString('utf8') })
    },
  },
  '/files/*': {
    methods: ['GET'],
    handle: (_, response, url) => sendJson(response, 200, { path: url.pathname }),
  },
  '/broken': {
    methods: ['GET'],
    handle() {
      throw new Error('at upstream-7.internal')
    },
  },
}

describe('a route', () => {
  test('is found by its path, or by what it stands below', async () => {
    const { url } = await start(routes)
    const echoed = await fetch(`${url}/echo?x=1`, { method: 'POST', body: 'hello' })
    expect(await read(echoed)).toEqual({ read: 'hello' })
    expect(await read(await fetch(`${url}/files/a/b.svg`))).toEqual({ path: '/files/a/b.svg' })
  })

  test.each([
    ['/nothing', 'GET', 404, 'NOT_FOUND'],
    ['/files', 'GET', 404, 'NOT_FOUND'],
    ['/toString', 'GET', 404, 'NOT_FOUND'],
    ['/echo', 'GET', 405, 'METHOD_NOT_ALLOWED'],
    ['/broken', 'GET', 500, 'INTERNAL_SERVER_ERROR'],
  ])('%s by %s is answered with %i', async (path, method, status, code) => {
    const { url } = await start(routes)
    const response = await fetch(`${url}${path}`, { method })
    expect(response.status).toBe(status)
    const text = await response.text()
    expect(JSON.parse(text).errors[0].extensions).toEqual({ code })
    expect(text).not.toContain('internal:')
    expect(text).not.toContain('upstream-7')
    if (status === 405) expect(response.headers.get('allow')).toBe('POST')
  })

  test('is looked for in nothing that is no address', async () => {
    const { port } = await start(routes)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET http://[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += chunk
    expect(text).toContain('400 Bad Request')
    expect(text).toContain('BAD_REQUEST')
  })
})

test('a body above the limit is not read whole, and the connection goes on', async () => {
  const { url } = await start(routes)
  const pool = new Pool(url, { connections: 1 })
  const post = async (body: string) => {
    const response = await pool.request({ path: '/echo', method: 'POST', body })
    return { status: response.statusCode, body: await response.body.json() }
  }
  expect(await post('0123456789')).toEqual({ status: 200, body: { read: '0123456789' } })
  expect(await post('0123456789x')).toEqual({ status: 413, body: { read: null } })
  expect(await post('x'.repeat(1_000_000))).toEqual({ status: 413, body: { read: null } })
  expect(await post('after')).toEqual({ status: 200, body: { read: 'after' } })
  await pool.close()
})

describe('a stop', () => {
  /** A service whose answers wait for `open`. */
  async function startGated(options: { drainTimeoutMs?: number; refusesWhileStopping?: boolean } = {}) {
    const gate = new EventEmitter()
    const service = await start(
      {
        '/': {
          methods: ['GET'],
          async handle(_, response) {
            gate.emit('asked')
            await once(gate, 'open')
            sendJson(response, 200, { answered: true })
          },
        },
        '/alive': {
          methods: ['GET'],
          handle: (_, response) => sendJson(response, 200, { alive: true }),
          whileStopping: true,
        },
      },
      options,
    )
    return { service, gate }
  }

  test('waits for what is in flight, tells its connection to close, and for nothing else', async () => {
    const { service, gate } = await startGated({ drainTimeoutMs: 60_000 })
    const silent = connect(service.port, '127.0.0.1')
    await once(silent, 'connect')
    const asked = once(gate, 'asked')
    const pool = new Pool(service.url)
    const inFlight = pool.request({ path: '/', method: 'GET' })
    await asked
    const stopped = service.stop()
    gate.emit('open')
    const response = await inFlight
    expect(await response.body.json()).toEqual({ answered: true })
    expect(response.headers.connection).toBe('close')
    await stopped
    await expect(fetch(service.url)).rejects.toThrow()
    silent.destroy()
    await pool.close()
  })

  test('ends each connection once, however many end together', async () => {
    const warnings: string[] = []
    const onWarning = ({ name }: Error) => void warnings.push(name)
    process.on('warning', onWarning)
    const { service, gate } = await startGated()
    gate.setMaxListeners(0)
    const pool = new Pool(service.url)
    let asked = 0
    gate.on('asked', () => {
      asked += 1
    })
    const inFlight = Array.from({ length: 30 }, () => pool.request({ path: '/', method: 'GET' }))
    await expect.poll(() => asked).toBe(30)
    const stopped = service.stop()
    gate.emit('open')
    for (const response of await Promise.all(inFlight)) await response.body.dump()
    await stopped
    await pool.close()
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('refuses what is new meanwhile, where that is wanted', async () => {
    const { service, gate } = await startGated({ drainTimeoutMs: 60_000, refusesWhileStopping: true })
    const asked = once(gate, 'asked')
    const inFlight = fetch(service.url)
    await asked
    const stopped = service.stop()
    const refused = await fetch(service.url)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('connection')).toBe('close')
    expect((await read(refused)).errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE')
    expect((await fetch(`${service.url}/alive`)).status).toBe(200)
    gate.emit('open')
    expect(await read(await inFlight)).toEqual({ answered: true })
    await stopped
    await expect(fetch(service.url)).rejects.toThrow()
  })

  test.each([true, false])(
    'cuts what is in flight when its time is over (refusing: %s)',
    async (refusesWhileStopping) => {
      const { service, gate } = await startGated({ drainTimeoutMs: 50, refusesWhileStopping })
      const asked = once(gate, 'asked')
      const inFlight = fetch(service.url).catch(() => 'cut')
      await asked
      await service.stop()
      expect(await inFlight).toBe('cut')
      gate.emit('open')
    },
  )
})

test('a port that is taken is said as such', async () => {
  const { port } = await start(routes)
  await expect(
    startHttpService({ port, host: '127.0.0.1', routes, log: silentLogger() }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})
