import type { Level } from './change.ts'

interface Judgement {
  level: Level
  /** What comes of it. */
  because: string
}

interface MarkJudgements {
  added: Judgement
  removed: Judgement
  /** The same directive with other arguments; as `added` where it is left out. */
  changed?: Judgement
}

const safe = (because: string): Judgement => ({ level: 'safe', because })
const dangerous = (because: string): Judgement => ({ level: 'dangerous', because })
const breaking = (because: string): Judgement => ({ level: 'breaking', because })

const closed: MarkJudgements = {
  added: breaking('Callers who may not see it are refused where they were answered.'),
  removed: dangerous('It is open to callers who were refused.'),
}
const contract: MarkJudgements = {
  added: dangerous('It comes into, or goes out of, contracts that are made by the tag.'),
  removed: dangerous('It comes into, or goes out of, contracts that are made by the tag.'),
}
const cost: MarkJudgements = {
  added: dangerous('An operation that was within its limit may be refused for what it costs.'),
  removed: safe('What it costs is not counted any more.'),
}

/** What it means that a federation directive comes to an element, goes, or is given other arguments. */
const judgements: Readonly<Record<string, MarkJudgements>> = {
  tag: contract,
  authenticated: closed,
  requiresScopes: closed,
  policy: closed,
  cost,
  listSize: cost,
  requires: {
    added: dangerous('It is lost with one more subgraph, and waits for it.'),
    removed: safe('It waits for nobody.'),
    changed: dangerous('It needs something else than before, and is lost with that.'),
  },
  provides: {
    added: safe('It saves a call.'),
    removed: breaking(
      "A gateway that runs the base's supergraph still asks here for what was provided, and is refused.",
    ),
    changed: breaking(
      "A gateway that runs the base's supergraph still asks here for what was provided, and is refused.",
    ),
  },
  inaccessible: {
    added: safe('Clients did not see it before.'),
    removed: safe('Another subgraph keeps it from clients.'),
  },
  shareable: {
    added: safe('Others may resolve it as well.'),
    removed: safe('Nobody else resolves it.'),
  },
  interfaceObject: {
    added: dangerous('It stands for every type of the interface now.'),
    removed: dangerous('It stands for an interface no longer.'),
  },
  oneOf: {
    added: breaking('Who gives two of its fields, or none, is refused.'),
    removed: safe('More is accepted than before.'),
  },
  cacheTag: {
    added: safe('Only caches see it.'),
    removed: dangerous('What it invalidated is not invalidated any more.'),
  },
  cacheControl: {
    added: safe('Only caches see it.'),
    removed: safe('Only caches see it.'),
  },
  composeDirective: {
    added: safe('What the directive says goes into the supergraph.'),
    removed: dangerous('What the directive said is no longer in the supergraph.'),
  },
  context: {
    added: safe('A field below may take a value from here.'),
    removed: dangerous('A field below takes no value from here.'),
  },
}

const unknown: MarkJudgements = {
  added: dangerous('What it does is known to who reads it.'),
  removed: dangerous('What it did is known to who reads it.'),
}

/** Told elsewhere: keys, owners, deprecations; or meaning nothing by themselves. */
const elsewhere = new Set(['key', 'external', 'override', 'extends', 'link', 'deprecated', 'specifiedBy'])

/** Null for a directive that is judged by what comes of it. */
export function judgeMark(name: string, how: 'added' | 'removed' | 'changed'): Judgement | null {
  if (elsewhere.has(name)) return null
  const known = judgements[name] ?? unknown
  return how === 'changed' ? (known.changed ?? known.added) : known[how]
}
