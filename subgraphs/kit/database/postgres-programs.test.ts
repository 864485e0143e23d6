import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { binFor, findPostgresPrograms } from './postgres-programs.ts'

const nobody = { uid: 65534, gid: 65534 }
const isRoot = process.geteuid?.() === 0

test('the programs run, and tell their major version', async () => {
  const { postgres, major } = await findPostgresPrograms(undefined)
  const { stdout } = await promisify(execFile)(postgres, ['--version'])
  expect(stdout).toContain(`PostgreSQL) ${major}.`)
})

/** Stands for the package's own 60 MB. */
let native: string
let copies: Set<string>

beforeEach(async () => {
  native = await mkdtemp(path.join(tmpdir(), 'arcade-native-')) // 0700: nobody but root comes in
  copies = new Set()
  for (const folder of ['bin', 'lib', 'share']) await mkdir(path.join(native, folder))
  await writeFile(path.join(native, 'bin/postgres'), `#!/bin/sh\necho ${native}\n`, { mode: 0o700 })
  await writeFile(path.join(native, 'lib/libpq.so.5.18'), 'library')
  await symlink('libpq.so.5.18', path.join(native, 'lib/libpq.so'))
})

afterEach(async () => {
  await rm(native, { recursive: true })
  for (const copy of copies) await rm(path.dirname(copy), { recursive: true })
})

async function findBin() {
  const bin = await binFor(nobody, native, '18.test')
  if (!bin.startsWith(native)) copies.add(bin)
  return bin
}

const runAsNobody = async (bin: string) =>
  (await promisify(execFile)(path.join(bin, 'postgres'), { ...nobody, cwd: '/' })).stdout.trim()

test.runIf(isRoot)('programs that everybody can reach are run where they are', async () => {
  await chmod(native, 0o755)
  await chmod(path.join(native, 'bin/postgres'), 0o755)
  expect(await findBin()).toBe(path.join(native, 'bin'))
})

test.runIf(isRoot)(
  "programs under root's home are copied to where nobody can run and only root can write",
  async () => {
    const bin = await findBin()
    expect(await runAsNobody(bin)).toBe(native)
    const { uid, mode } = await stat(bin)
    expect({ uid, writable: mode & 0o022 }).toEqual({ uid: 0, writable: 0 })
    expect(await readFile(path.join(bin, '../lib/libpq.so'), 'utf8')).toBe('library')
    expect(await findBin()).toBe(bin)
  },
)

test.runIf(isRoot)('several that need the copy at once all get a whole one', async () => {
  const bins = await Promise.all([findBin(), findBin(), findBin(), findBin()])
  expect(new Set(bins).size).toBe(1)
  expect(await runAsNobody(bins[0])).toBe(native)
})

test.runIf(isRoot)('a copy that is not what it was made of is made again', async () => {
  const bin = await findBin()
  await writeFile(path.join(bin, 'postgres'), '#!/bin/sh\necho somebody else\n')
  expect(await runAsNobody(await findBin())).toBe(native)

  await chmod(path.join(bin, 'postgres'), 0o777)
  await findBin()
  expect((await stat(path.join(bin, 'postgres'))).mode & 0o777).toBe(0o755)
})

test.runIf(isRoot)('another version of the programs gets a copy of its own', async () => {
  const first = await findBin()
  await writeFile(path.join(native, 'lib/libpq.so.5.18'), 'a newer library')
  expect(await findBin()).not.toBe(first)
})
