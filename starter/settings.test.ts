import { expect, test } from 'vitest'
import { readShopSettings } from './settings.ts'

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4000/graphql'],
  ['0.0.0.0', 'http://127.0.0.1:4000/graphql'],
  ['::', 'http://127.0.0.1:4000/graphql'],
  ['::1', 'http://[::1]:4000/graphql'],
  ['localhost', 'http://localhost:4000/graphql'],
])('listening on %s, the gateway is reached at %s', (host, url) => {
  expect(readShopSettings({ HOST: host }).gateway.url).toBe(url)
})
