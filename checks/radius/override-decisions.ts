import type { Loss } from './loss.ts'
import { remember } from './remember.ts'

/** For labels of a progressive `@override`, whether the fields of each have moved. */
export type Decisions = readonly (readonly [label: string, isMoved: boolean])[]

/** How many labels are decided both ways: beyond, the rest is taken as not moved. */
const maxLabels = 6

/** What is lost however labels are decided, and then what depends on it. */
export function forEveryDecision(
  labels: readonly string[],
  findLosses: (decisions: Decisions) => readonly Loss[],
): readonly Loss[] {
  const all = allDecisions(labels).map((decisions) => ({
    decisions,
    losses: findLosses(decisions),
  }))
  const [only, other] = all
  if (only && !other) return only.losses
  const found = new Map<string, { loss: Loss; decisions: Decisions[] }>()
  for (const { decisions, losses } of all) {
    for (const loss of losses) {
      // Who may be named can depend on decisions although the loss does not.
      const key = JSON.stringify({ ...loss, subgraphs: [] })
      const entry = remember(found, key, () => ({ loss, decisions: [] }))
      entry.loss = { ...loss, subgraphs: [...new Set([...entry.loss.subgraphs, ...loss.subgraphs])] }
      entry.decisions.push(decisions)
    }
  }
  return [...found.values()].flatMap(({ loss, decisions }) => {
    if (decisions.length === all.length) return loss
    return withoutNeedless(decisions).map((needed) => ({
      ...loss,
      overrides: needed.map(([label, isMoved]) => ({ label, isMoved })),
    }))
  })
}

/** Each label decided both ways, as far as that is done. */
export function allDecisions(labels: readonly string[]): Decisions[] {
  let ways: Decisions[] = [[]]
  for (const label of labels.slice(0, maxLabels)) {
    ways = ways.flatMap((decisions) =>
      [false, true].map((isMoved): Decisions => [...decisions, [label, isMoved]]),
    )
  }
  return ways
}

/** Leaves out each label for which both decisions stand there, as far as one pass finds them. */
function withoutNeedless(all: readonly Decisions[]): readonly Decisions[] {
  let merged = all
  for (const label of new Set(all.flat().map(([name]) => name))) {
    const groups = new Map<string, Decisions[]>()
    for (const decisions of merged) {
      const rest = decisions.filter(([name]) => name !== label)
      remember(groups, JSON.stringify(rest), () => []).push(decisions)
    }
    merged = [...groups.values()].flatMap((same) =>
      same.length < 2 ? same : [(same[0] ?? []).filter(([name]) => name !== label)],
    )
  }
  return merged
}
