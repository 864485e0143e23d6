import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { compose } from '../compose/compose.ts'
import { createReachability, findWays } from './reachability.ts'
import { readSubgraphSchemas, type SubgraphSchemas } from './subgraph-schemas.ts'

const folder = 'test/federation'
const suites = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

function composeSuite(name: string): string {
  const files = readdirSync(path.join(folder, name)).filter((file) => file.endsWith('.graphql'))
  const { composed } = compose(
    files.map((file) => ({
      name: path.basename(file, '.graphql'),
      url: `http://127.0.0.1/${file}`,
      file,
      sdl: readFileSync(path.join(folder, name, file), 'utf8'),
    })),
  )
  if (!composed) throw new Error(`${name} does not compose`)
  return composed.supergraphSdl
}

/** Goes everywhere that a query or a mutation can go; gives the fields that cannot be had somewhere, and how many could. */
function explore(schemas: SubgraphSchemas, failed: readonly string[]) {
  const reachability = createReachability(findWays(schemas), {
    failed: new Set(failed),
    labels: schemas.decidedLabels,
  })
  const lost = new Set<string>()
  const found = new Set<string>()
  const seen = new Set<string>()
  const open = [schemas.roots.query, schemas.roots.mutation].flatMap((type) =>
    type === null ? [] : [{ type, standing: reachability.root(type) }],
  )
  for (const { type, standing } of open) {
    const name = `${type} ${standing}`
    const object = schemas.apiSchema.getType(type)
    if (seen.has(name) || !isObjectType(object)) continue
    seen.add(name)
    for (const field of Object.keys(object.getFields())) {
      const { availability, below } = reachability.at(type, standing).field(field)
      ;(availability === 'can' ? found : lost).add(`${type}.${field}`)
      for (const [runtimeType, given] of below) open.push({ type: runtimeType, standing: given })
    }
  }
  return { lost: [...lost], found }
}

describe.each(suites.filter((name) => name !== 'contexts'))('%s', (name) => {
  const schemas = readSubgraphSchemas(composeSuite(name))

  test('nothing is out of reach on a good day', () => {
    const { lost, found } = explore(schemas, [])
    expect(lost).toEqual([])
    expect(found.size).toBeGreaterThan(0)
  })

  test('a second outage brings nothing back', () => {
    for (const one of schemas.names) {
      const { found } = explore(schemas, [one])
      for (const other of schemas.names) {
        const more = [...explore(schemas, [one, other]).found].filter((field) => !found.has(field))
        expect({ one, other, more }).toEqual({ one, other, more: [] })
      }
    }
  })

  test('nothing is within reach when all is down', () => {
    expect([...explore(schemas, schemas.names).found]).toEqual([])
  })
})
