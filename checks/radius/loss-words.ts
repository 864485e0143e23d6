import { listed } from '../rules/schema-elements.ts'
import type { OperationOutage } from './blast-report.ts'
import type { Loss } from './loss.ts'

/** A loss in words: where, why, and on what it depends. */
export function describeLoss(loss: Loss): string {
  const { path, from, coordinate, subgraphs } = loss
  const place = textOf(path) || 'data'
  const cause =
    from.length === path.length
      ? `${coordinate} is lost with ${listed(subgraphs)}`
      : `${textOf(from) || 'data'} (${coordinate}) is lost with ${listed(subgraphs)} and may not be null`
  return [place, cause, ...conditionsOf(loss)].join(', ').replace(', ', ': ')
}

/** `cart.lines.title`: response keys, without the items of lists. */
export const textOf = (path: readonly string[]): string => path.filter((step) => step !== '*').join('.')

/** On what a loss depends, in words; none where it is always so. */
function conditionsOf({ types, when, overrides, isCertain }: Loss): string[] {
  return [
    ...types.map(({ types: names }) => `for ${listed(names)}`),
    ...when.map(({ variable, is }) => `when $${variable} is ${is}`),
    ...overrides.map(({ label, isMoved }) => `${isMoved ? 'where' : 'unless'} ${label} has moved it`),
    ...(isCertain ? [] : ['perhaps']),
  ]
}

/**
 * What an operation loses, in few words: fields of one object stand together, as `cart { lines cost }`. One with `?`
 * depends on variables or types.
 */
export function summarize({ keeps, losses }: OperationOutage, most = Number.POSITIVE_INFINITY): string[] {
  if (keeps === 'nothing') return ['all of it']
  const groups = new Map<string, Set<string>>()
  const always = new Set(
    losses.filter((loss) => conditionsOf(loss).length === 0).map(({ path }) => textOf(path)),
  )
  for (const { path } of losses) {
    const steps = path.filter((step) => step !== '*')
    const key = `${steps.at(-1) ?? 'data'}${always.has(textOf(path)) ? '' : '?'}`
    const above = steps.slice(0, -1).join('.')
    groups.set(above, (groups.get(above) ?? new Set()).add(key))
  }
  const lines = [...groups].flatMap(([above, keys]) => {
    if (above === '') return [...keys]
    return keys.size === 1 ? `${above}.${[...keys].join('')}` : `${above} { ${[...keys].join(' ')} }`
  })
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `and ${lines.length - most + 1} more`]
}
