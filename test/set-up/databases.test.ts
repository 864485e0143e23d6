import { expect, inject, test } from 'vitest'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createEmptyDatabase, ensureTemplate } from './databases.ts'

test('a template is filled once, however many ask for it at the same moment', async () => {
  let fills = 0
  const options = {
    server: inject('databaseServer'),
    name: `template_${process.pid}_${Date.now()}`,
    async fill(url: string) {
      fills += 1
      await withConnection(url, (connection) => connection.query('CREATE TABLE shelf (id int)'))
    },
  }
  await Promise.all(Array.from({ length: 8 }, () => ensureTemplate(options)))
  expect(fills).toBe(1)
})

test('a template whose making failed is made again', async () => {
  const options = { server: inject('databaseServer'), name: `template_again_${process.pid}_${Date.now()}` }
  const fail = async () => {
    throw new Error('the seed failed')
  }
  await expect(ensureTemplate({ ...options, fill: fail })).rejects.toThrow('the seed failed')
  await expect(ensureTemplate({ ...options, fill: async () => {} })).resolves.toBe(options.name)
})

test('each caller has a database of its own, which can be dropped while it is in use', async () => {
  const [one, other] = await Promise.all([createEmptyDatabase(), createEmptyDatabase()])
  expect(one.url).not.toBe(other.url)
  const dropped = withConnection(one.url, async (connection) => {
    await one.drop()
    await connection.query('SELECT 1')
  })
  await expect(dropped).rejects.toThrow()
  await other.drop()
})
