import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadOperations } from '../../checks/operations/load-operations.ts'
import { type Shop, startShop } from '../set-up/shop.ts'

const operations = loadOperations('storefront/operations')

let shop: Shop
let ada: string

beforeAll(async () => {
  shop = await startShop({ PRODUCTS_STALE_IF_ERROR_MS: '600000', CALL_DEADLINE_MS: '400' })
  ada = await shop.token('ada')
}, 120_000)
afterAll(() => shop?.stop())

function ask(name: string) {
  const operation = operations.find((each) => each.name === name)
  if (!operation) throw new Error(`there is no operation ${name}`)
  const { text, variables, caller } = operation
  return shop.ask(text, { variables, ...(caller === 'customer' && { token: ada }) })
}

test('all that the web shop asks of products is there while products is down, and says how old it is', async () => {
  const queries = operations.filter(({ kind }) => kind === 'query')
  const good = new Map<string, unknown>()
  for (const { name } of queries) good.set(name, (await ask(name)).data)
  await shop.standIns.products.fail('refused')
  const marked: string[] = []
  for (const { name } of queries) {
    const answer = await ask(name)
    expect(answer.errors, name).toEqual([])
    expect(answer.data, name).toEqual(good.get(name))
    const { extensions = {} } = JSON.parse(answer.text)
    if (extensions.stale) marked.push(name)
  }
  expect(marked).toContain('ProductPage')
  await shop.standIns.products.recover()
  expect(JSON.parse((await ask('ProductPage')).text).extensions).toBeUndefined()
})
