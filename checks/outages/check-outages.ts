import { type Finding, InputError } from '../finding.ts'
import type { StoredOperation } from '../operations/load-operations.ts'
import { listed } from '../rules/schema-elements.ts'
import { compareOutages, type WidenedOutage } from './compare-outages.ts'

/** Refuses a change with which an outage costs more than it did. */
export function checkOutages(
  supergraphs: { before: string; after: string },
  operations: readonly StoredOperation[],
): Finding[] {
  try {
    const { widened, skipped } = compareOutages(supergraphs, operations)
    return [
      ...widened.map((outage, index) => {
        const isFirst = widened.findIndex(({ failed }) => failed === outage.failed) === index
        return toFinding(outage, isFirst)
      }),
      ...(skipped.length === 0 ? [] : [notCompared(`${listed(skipped)}: not valid on both sides.`)]),
    ]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [{ ...notCompared(error.message), severity: 'hint' }]
  }
}

const mostPaths = 12

/** What to do is the same for all that one subgraph's failure costs. */
function toFinding({ operation, failed, lost }: WidenedOutage, hasMend: boolean): Finding {
  const name = operation?.name ?? 'the schema'
  const few = lost.slice(0, mostPaths)
  const more = lost.length > few.length ? ` and ${lost.length - few.length} more` : ''
  return {
    check: 'outages',
    severity: 'error',
    rule: 'outage-widened',
    subgraph: failed,
    coordinate: operation?.name ?? null,
    message: `When ${failed} fails, ${name} loses what it kept: ${few.join(', ')}${more}.`,
    mend: hasMend
      ? `Compose, and \`npm run blast-radius -- --failed ${failed}\` tells why and what to do.`
      : null,
    location: operation ? { file: operation.file, line: 1, column: 1 } : null,
    related: [],
    approvable: `outage-widened ${operation?.name ?? 'schema'} without ${failed}`,
  }
}

const notCompared = (what: string): Finding => ({
  check: 'outages',
  severity: 'note',
  rule: 'not-compared',
  subgraph: null,
  coordinate: null,
  message: `Not compared: ${what}`,
  mend: null,
  location: null,
  related: [],
})
