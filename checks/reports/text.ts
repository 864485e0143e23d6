import picocolors from 'picocolors'
import type { Finding, Location } from '../finding.ts'

const place = ({ file, line, column }: Location): string => `${file}:${line}:${column}`

/** One finding for people: where, what, and how to mend it. Editors and terminals make the place a link. */
export function formatFinding({
  severity,
  rule,
  subgraph,
  coordinate,
  message,
  mend,
  location,
  related,
}: Finding) {
  const mark = severity === 'error' ? picocolors.red('error') : picocolors.yellow('hint')
  const where = location ? place(location) : (subgraph ?? coordinate ?? 'the supergraph')
  return [
    `${picocolors.bold(where)}  ${mark}  ${picocolors.dim(rule)}`,
    ...indented(message, '  '),
    ...related.map((location) => picocolors.dim(`  see also ${place(location)}`)),
    ...(mend === null ? [] : indented(mend, `  ${picocolors.green('mend:')} `)),
  ].join('\n')
}

const indented = (text: string, lead: string): string[] =>
  text.split('\n').map((line, index) => (index === 0 ? lead : '  ') + line)
