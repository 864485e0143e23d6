import { expect, test } from 'vitest'
import { outageNames } from '../set-up/outages.ts'
import { describeMismatch, prove } from './prove.ts'

const seed = Number(process.env.PROOF_SEED ?? 20_261_101)
const operations = Number(process.env.PROOF_OPERATIONS ?? 300)
const supergraph = (process.env.PROOF_SUPERGRAPH ?? 'all') as 'all'

test('some hundreds of operations that are made up', { timeout: 0 }, async () => {
  const proof = await prove({
    operations,
    seed,
    supergraph,
    outages: outageNames,
    onProgress: (p) =>
      process.stderr.write(`\r${p.operations} ${p.mismatches.length} ${Math.round(p.elapsedMs / 1000)}s `),
  })
  const { mismatches, ...figures } = proof
  process.stderr.write(`\n${JSON.stringify(figures)}\n`)
  expect(
    mismatches
      .slice(0, 40)
      .map((one) => describeMismatch(one, seed))
      .join('\n'),
  ).toBe('')
})
