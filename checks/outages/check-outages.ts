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
      ...widened.map(toFinding),
      ...(skipped.length === 0 ? [] : [notCompared(`${listed(skipped)}: the base cannot answer it.`)]),
    ]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [{ ...notCompared(error.message), severity: 'hint' }]
  }
}

const mostPaths = 12

function toFinding({ operation, failed, lost }: WidenedOutage): Finding {
  const name = operation?.name ?? 'the schema'
  const few = lost.slice(0, mostPaths)
  const more = lost.length > few.length ? ` and ${lost.length - few.length} more` : ''
  const approvable = `outage-widened ${operation?.name ?? 'schema'} without ${failed}`
  return {
    check: 'outages',
    severity: 'error',
    rule: 'outage-widened',
    subgraph: failed,
    coordinate: operation?.name ?? null,
    message: `When ${failed} fails, ${name} loses what it kept: ${few.join(', ')}${more}.`,
    mend: `\`npm run blast-radius -- --failed ${failed}\` tells why. To let it through, approve \`${approvable}\`.`,
    location: operation ? { file: operation.file, line: 1, column: 1 } : null,
    related: [],
    approvable,
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
