import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isOutage, outageNames } from '../set-up/outages.ts'
import { describeMismatch, type Proof, prove } from './prove.ts'

// A normal run proves some hundreds, the same for everybody; `npm run prove` as many as are wanted.

const settings = z
  .strictObject({
    operations: z.number().default(300),
    seed: z.number().default(20_261_101),
    supergraph: z.enum(['shop', 'federation', 'all']).default('all'),
    outages: z
      .array(
        z.string().refine(isOutage, { error: ({ input }) => `there is no outage ${JSON.stringify(input)}` }),
      )
      .default([...outageNames]),
    part: z.object({ index: z.number(), of: z.number() }).default({ index: 0, of: 1 }),
    /** The file that is to hold what was found. */
    report: z.string().optional(),
  })
  .parse(JSON.parse(process.env.PROOF ?? '{}'))

const { report, ...options } = settings
const { part } = options
const everyMs = 10_000
let toldAtMs = 0
let toldMismatches = 0

/** For who waits: what was found so far, and each mismatch as it is found. */
function tellProgress({ operations, mismatches, elapsedMs }: Proof) {
  if (report === undefined) return
  for (const mismatch of mismatches.slice(toldMismatches)) {
    const [place, first] = describeMismatch(mismatch).split('\n')
    process.stderr.write(`${place}\n${first}\n`)
  }
  toldMismatches = mismatches.length
  if (elapsedMs < toldAtMs + everyMs) return
  toldAtMs = elapsedMs
  const seconds = Math.round(elapsedMs / 1000)
  const which = part.of > 1 ? `part ${part.index + 1} of ${part.of}: ` : ''
  process.stderr.write(`${which}${operations} operations, ${mismatches.length} mismatches, ${seconds} s\n`)
}

test('what an outage costs an operation that is made up is what was predicted', { timeout: 0 }, async () => {
  const proof = await prove({
    ...options,
    outages: outageNames.filter((name) => options.outages.includes(name)),
    onProgress: tellProgress,
  })
  const mismatches = proof.mismatches.map((one) => ({ ...one, text: describeMismatch(one) }))
  if (report !== undefined) writeFileSync(report, JSON.stringify({ ...options, ...proof, mismatches }))
  else expect(mismatches.map(({ text }) => text).join('\n\n')).toBe('')
  expect(proof.operations).toBeGreaterThan(0)
})
