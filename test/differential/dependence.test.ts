import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compose } from '../../checks/compose/compose.ts'
import { radiusOf } from '../../checks/radius/predict-loss.ts'
import { readSubgraphSchemas } from '../../checks/radius/subgraph-schemas.ts'
import { suiteNames } from '../federation/load-suites.ts'
import { createOperations } from './random-operation.ts'
import { randomSupergraph } from './random-supergraph.ts'
import { runs, seed, timeout } from './search-failure.ts'
import { composeSubgraphs, readSubgraphs, type SupergraphSource } from './supergraph-facts.ts'
import { writtenSupergraphs } from './supergraphs/all.ts'
import { writeOperation } from './write-operation.ts'

// The check of a large graph looks at those outages alone that an operation depends on. Here all are looked at.

const federation = path.join(import.meta.dirname, '../federation')

function composeSuite(name: string): string {
  const files = readdirSync(path.join(federation, name)).filter((file) => file.endsWith('.graphql'))
  const { composed, errors } = compose(
    files.map((file) => ({
      name: path.basename(file, '.graphql'),
      url: '',
      file,
      sdl: readFileSync(path.join(federation, name, file), 'utf8'),
    })),
  )
  if (composed) return composed.supergraphSdl
  throw new Error(`${name}: ${errors[0]?.message}`)
}

const composeSource = (source: SupergraphSource): string => composeSubgraphs(readSubgraphs(source), () => '')

const supergraphs = [
  // Nothing can be said of @fromContext, which the gateway does not know.
  ...suiteNames
    .filter((name) => name !== 'contexts')
    .map((name) => ({ name, sdl: () => composeSuite(name) })),
  ...writtenSupergraphs.map((source) => ({ name: source.name, sdl: () => composeSource(source) })),
  ...Array.from({ length: 6 }, (_, index) => {
    const source = randomSupergraph(seed + index)
    return { name: source.name, sdl: () => composeSource(source) }
  }),
]

describe.each(supergraphs)('in the supergraph $name', ({ sdl }) => {
  test('an operation loses nothing with a subgraph on which it does not depend', { timeout }, () => {
    const schemas = readSubgraphSchemas(sdl())
    const radius = radiusOf(schemas)
    const operations = fc.sample(createOperations(schemas.apiSchema, 5), {
      seed,
      numRuns: Math.ceil(runs / 14),
    })
    for (const tree of operations) {
      const written = writeOperation(schemas.apiSchema, tree)
      if (!written) continue
      const { document } = written
      const { operationName } = written.request
      const request = { document, ...(operationName !== undefined && { operationName }) }
      const depends = radius.dependsOn(request)
      for (const name of schemas.names) {
        if (depends.has(name)) continue
        expect(radius.predictLoss({ ...request, failed: new Set([name]) }), written.request.query).toEqual([])
      }
    }
  })
})
