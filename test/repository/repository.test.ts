import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { schemaCompose } from '../../checks/compose/schema-compose.ts'
import { run } from '../../checks/test-folder.ts'

const versions = z.record(z.string(), z.string()).default({})
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')))

/** The files that git knows or would take, as they are in the working directory. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(file))

describe('the repository', () => {
  test('has the supergraph that its subgraphs compose to', () => {
    expect(run(schemaCompose, ['--check'])).toMatchObject({ exitCode: 0, errors: '' })
  })

  test('names every package by an exact version', () => {
    const all = Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    })
    expect(all.length).toBeGreaterThan(20)
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  test('names no directory of the machine that it was written on', () => {
    expect(files.length).toBeGreaterThan(50)
    // Spelled in pieces, so that this file is not one of them.
    const machinePaths = new RegExp(`(?<![\\w.:/])/(?:${['work', 'home', 'Users', 'root'].join('|')})/\\w`)
    const naming = files.filter((file) => machinePaths.test(readFileSync(file, 'utf8')))
    expect(naming).toEqual([])
  })

  test('names no host that packages are fetched from', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved": "http')
  })
})
