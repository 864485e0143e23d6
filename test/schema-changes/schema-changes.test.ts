import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { nameOf } from '../../checks/changes/change.ts'
import { checkChanges, findChanges } from '../../checks/changes/check-changes.ts'
import { inspectorsLevel } from '../../checks/changes/compare-api.ts'
import { apiSchemaOf, type Composed, compose } from '../../checks/compose/compose.ts'
import { readOperations } from '../../checks/operations/load-operations.ts'
import { compareOutages } from '../../checks/outages/compare-outages.ts'
import { readText } from '../../checks/read-text.ts'
import { readYaml } from '../../checks/read-yaml.ts'

const folder = import.meta.dirname

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag",
  "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@interfaceObject"])`

const names = z.array(z.string())
const expectedYaml = z.strictObject({
  changes: names.optional(),
  composition: z.string().optional(),
  hits: z.record(z.string(), names).optional(),
  outages: names.optional(),
  inspector: z.enum(['breaking', 'dangerous', 'safe', 'nothing']).optional(),
  because: z.string().optional(),
})

function composeFolder(name: string, side: 'before' | 'after') {
  const place = path.join(folder, name, side)
  return compose(
    readdirSync(place)
      .sort()
      .map((file) => {
        const sdl = readText(path.join(place, file))
        const subgraph = path.basename(file, '.graphql')
        return {
          name: subgraph,
          url: `http://127.0.0.1/${subgraph}`,
          file,
          sdl: sdl.includes('@link(') || sdl.trim() === '' ? sdl : `${link}\n${sdl}`,
        }
      }),
  )
}

function composeBase(name: string): Composed {
  const { composed, errors } = composeFolder(name, 'before')
  if (!composed) throw new Error(`${name}/before: ${errors[0]?.message}`)
  return composed
}

const levels = ['breaking', 'dangerous', 'safe'] as const

describe('a change of schemas', () => {
  const all = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

  test.each(all.map(({ name }) => name))('%s', async (name) => {
    const expected = readYaml(path.join(folder, name, 'expected.yaml'), expectedYaml)
    const before = composeBase(name)
    const { composed: after, errors } = composeFolder(name, 'after')
    expect(errors?.map(({ rule }) => rule) ?? []).toEqual(
      expected.composition === undefined ? [] : expect.arrayContaining([expected.composition]),
    )
    if (!after) return

    const changes = await findChanges({ before, after })
    expect(changes.map((change) => `${change.level} ${nameOf(change)}`).sort()).toEqual(
      expected.changes?.toSorted(),
    )

    const ours = levels.find((level) => changes.some((change) => change.level === level)) ?? 'nothing'
    const theirs = (await inspectorsLevel(apiSchemaOf(before), apiSchemaOf(after))) ?? 'nothing'
    expect(theirs).toBe(expected.inspector ?? ours)
    expect(expected.inspector, 'a difference that is none').not.toBe(ours)
    if (theirs !== ours) expect(expected.because).toMatch(/\w/)

    const place = path.join(folder, name, 'operations')
    if (!existsSync(place)) return
    const operations = readOperations(place)
    const findings = await checkChanges({
      before,
      after,
      operations,
      usage: { operations: [], gaps: [] },
      letThroughUnused: false,
    })
    for (const [what, hit] of Object.entries(expected.hits ?? {})) {
      const finding = findings.find(({ approvable }) => approvable === what)
      expect(finding?.change?.operations, what).toEqual(hit)
    }
    if (!expected.outages) return
    const { widened } = compareOutages(
      { before: before.supergraphSdl, after: after.supergraphSdl },
      operations,
    )
    expect(
      widened.map(
        ({ operation, failed, lost }) =>
          `${operation?.name ?? 'schema'} without ${failed}: ${lost.join(' ')}`,
      ),
    ).toEqual(expected.outages)
  })
})
