import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryLock } from './lock.js'

let folder: string
let lock: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'arcade-lock-'))
  lock = path.join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('one has it, and the next when it is released', async () => {
  const first = tryLock(lock)
  expect(first.owner).toBeNull()
  expect(tryLock(lock)).toMatchObject({ release: null, owner: { pid: process.pid } })
  first.release?.()
  expect(tryLock(lock).owner).toBeNull()
  expect(await readdir(folder)).toEqual(['lock'])
})

test.each([
  ['a process that is gone', '{ "pid": 1073741824, "identity": "1" }'],
  ['nobody, since a power cut emptied it', ''],
  ['nobody that it names', 'null'],
])('one of %s is taken over', { timeout: 10_000 }, async (_, owner) => {
  await mkdir(lock)
  await writeFile(path.join(lock, 'owner.json'), owner)
  expect(tryLock(lock).owner).toBeNull()
})

test('one without an owner in it is taken over', { timeout: 10_000 }, async () => {
  await mkdir(lock)
  await writeFile(path.join(lock, 'something'), '')
  expect(tryLock(lock).owner).toBeNull()
})
