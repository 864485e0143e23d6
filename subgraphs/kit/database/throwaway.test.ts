import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { nextLine, runScript } from './fixtures/run-script.ts'
import { databaseUrl, withConnection } from './migrate.ts'
import { startThrowawayPostgres } from './throwaway.ts'

const directoriesOf = async (pid: number | undefined) =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`arcade-throwaway-${pid}-`))

const answers = (url: string) =>
  withConnection(databaseUrl(url, 'postgres'), (connection) => connection.query('SELECT 1'))

test('a throw-away server leaves nothing behind when it is removed', async () => {
  const server = await startThrowawayPostgres()
  await answers(server.url)
  expect(await directoriesOf(process.pid)).toHaveLength(1)
  await server.remove()
  expect(await directoriesOf(process.pid)).toEqual([])
  await expect(answers(server.url)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('what a killed process left behind is removed by the next one', async () => {
  const script = await runScript('start-throwaway', [])
  const url = await nextLine(script)
  await script.kill()
  await answers(url)
  expect(await directoriesOf(script.process.pid)).toHaveLength(1)

  const server = await startThrowawayPostgres()
  expect(await directoriesOf(script.process.pid)).toEqual([])
  await expect(answers(url)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await server.remove()
})
