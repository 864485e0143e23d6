import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
let pictures: string[]
beforeAll(async () => {
  subgraph = await startTestSubgraph(products, { seeded: true })
  const { data } = await subgraph.query(`{
    products(first: 100) { nodes { media { url } variants { nodes { image { url } } } } }
    collections(first: 100) { nodes { image { url } } }
    carousel { image { url } }
  }`)
  pictures = [...JSON.stringify(data).matchAll(/"url":"([^"]+)"/g)].map(([, url = '']) => url)
})
afterAll(() => subgraph.stop())

test('every picture that the shop names is there, and is a drawing of the size that it said', async () => {
  const { data } = await subgraph.query(`{
    products(first: 100) { nodes { media { url width height } } }
    collections(first: 100) { nodes { image { url width height } } }
    carousel { image { url width height } }
  }`)
  const images = [
    ...data.products.nodes.flatMap(({ media }: { media: object[] }) => media),
    ...[...data.collections.nodes, ...data.carousel].map(({ image }) => image),
  ]
  expect(images.length).toBeGreaterThan(200)
  for (const { url, width, height } of images) {
    const response = await fetch(url)
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toMatch(/^<svg /)
    expect(text.slice(0, 400)).toContain(`0 0 ${width} ${height}`)
  }
})

test('is kept for good by whoever asked, and can do nothing where it is shown', async () => {
  const response = await fetch(pictures[0] ?? '')
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    etag: expect.stringMatching(/^"[\w-]+"$/),
  })
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(await response.text()).not.toMatch(/<script|javascript:|\son\w+=|<foreignObject|href="http/i)
})

test('is sent again only when it is another one', async () => {
  const [url = '', other = ''] = [...new Set(pictures)]
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  const status = async (address: string, tag: string) => {
    const response = await fetch(address, { headers: { 'if-none-match': tag } })
    expect((await response.text()) === '').toBe(response.status === 304)
    expect(response.headers.get('etag')).toBeTruthy()
    return response.status
  }
  expect(await status(url, etag)).toBe(304)
  expect(await status(url, `W/${etag}`)).toBe(304)
  expect(await status(url, `"else", ${etag}`)).toBe(304)
  expect(await status(url, '*')).toBe(304)
  expect(await status(url, '"else"')).toBe(200)
  expect(await status(other, etag)).toBe(200)
})

test('HEAD answers like GET, without the drawing', async () => {
  const [url = ''] = pictures
  const [get, head] = await Promise.all([fetch(url), fetch(url, { method: 'HEAD' })])
  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
    expect(head.headers.get(name)).toBe(get.headers.get(name))
  }
})

/** Sends the path as it stands, which `fetch` would tidy. */
const statusOf = (path: string, method = 'GET') =>
  new Promise<{ status: number | undefined; type: string | undefined; body: string }>((resolve, reject) => {
    const sent = request({ ...urlParts(), path, method }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode, type: response.headers['content-type'], body })
    })
    sent.on('error', reject)
    sent.end()
  })
const urlParts = () => {
  const { hostname, port } = new URL(subgraph.url)
  return { hostname, port }
}

describe('an address that is no picture', () => {
  test.each([
    '/pictures/',
    '/pictures/nonsense.svg',
    '/pictures/mug-sage-3f2a9c01-1',
    '/pictures/mug-sage-3f2a9c01-1.png',
    '/pictures/mug-sage-3f2a9c01-4.svg',
    '/pictures/mug-nocolour-3f2a9c01-1.svg',
    '/pictures/constructor-sage-3f2a9c01-1.svg',
    '/pictures/mug-constructor-3f2a9c01-1.svg',
    '/pictures/../package.json',
    '/pictures/..%2f..%2fpackage.json',
    '/pictures/%00.svg',
    '/pictures/%ff.svg',
    '/pictures/a/mug-sage-3f2a9c01-1.svg',
    `/pictures/${'a'.repeat(5000)}.svg`,
  ])('is 404 in JSON: %s', async (path) => {
    const { status, type, body } = await statusOf(path)
    expect(status).toBe(404)
    expect(type).toContain('application/json')
    expect(JSON.parse(body).errors[0].extensions.code).toBe('NOT_FOUND')
  })

  test('takes GET and HEAD only', async () => {
    const { pathname } = new URL(pictures[0] ?? '')
    expect((await statusOf(pathname, 'POST')).status).toBe(405)
  })
})
