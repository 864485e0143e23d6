import type { Loss } from './loss.ts'

/** From the root: response keys, and the numbers of items of lists. */
export type ResponsePath = (string | number)[]

export interface LostPositions {
  /** Null on the bad day, and not on the good one: the highest of them. */
  lost: ResponsePath[]
  /** Null on the good day as well: nobody who cannot ask can know that, so an error may tell it as lost. */
  nowhere: ResponsePath[]
  /**
   * May be null on the bad day: it depends on what the answer does not show, or on a label of `@override`. Each may
   * stand below another.
   */
  uncertain: ResponsePath[]
  /** For each of `lost`, the subgraphs that its error may name. */
  subgraphs: (readonly string[])[]
}

interface GoodDay {
  data: unknown
  variables: Readonly<Record<string, unknown>>
}

/**
 * Lays losses on the data of a good day. Objects of abstract types have to carry their runtime type under
 * `__typename`. Variables that are left out count as whatever the data shows.
 * @throws TypeError where an object of an abstract type does not tell its type.
 */
export function positionsOf(losses: readonly Loss[], { data, variables }: GoodDay): LostPositions {
  const lost: Positions = new Map()
  const nowhere: Positions = new Map()
  const uncertain: Positions = new Map()
  for (const loss of losses) {
    const isAsked = loss.when.every(({ variable, is }) => (variables[variable] ?? is) === is)
    if (!isAsked) continue
    const isCertain = loss.isCertain && loss.overrides.length === 0
    follow(loss, data, (path, isNull) => {
      const position = path.slice(0, loss.path.length)
      const positions = isNull ? nowhere : isCertain ? lost : uncertain
      const key = JSON.stringify(position)
      const subgraphs = [...(positions.get(key)?.subgraphs ?? []), ...loss.subgraphs]
      positions.set(key, { path: position, subgraphs: [...new Set(subgraphs)] })
    })
  }
  // What stands below something that may be lost itself may not be the highest.
  const certain: Positions = new Map()
  for (const [key, position] of lost) {
    if (isBelow(position.path, lost)) continue
    const positions = isBelow(position.path, uncertain) ? uncertain : certain
    positions.set(key, position)
  }
  // Whoever costs something below may have been asked for the whole, and be named for it.
  for (const { path, subgraphs } of lost.values()) {
    const above = prefixesOf(path).flatMap((prefix) => certain.get(prefix) ?? [])
    for (const position of above) position.subgraphs = [...new Set([...position.subgraphs, ...subgraphs])]
  }
  return {
    lost: pathsOf(certain),
    nowhere: outside(nowhere, certain),
    uncertain: outside(uncertain, certain),
    subgraphs: [...certain.values()].map(({ subgraphs }) => subgraphs),
  }
}

type Positions = Map<string, { path: ResponsePath; subgraphs: string[] }>

/** Walks every way through the data that fits a loss, and tells where it ends. */
function follow(
  { from, types }: Loss,
  data: unknown,
  found: (path: ResponsePath, isNull: boolean) => void,
): void {
  const path: ResponsePath = []
  function step(value: unknown, depth: number): void {
    const isEnd = depth === from.length
    if (value === undefined || (value === null && !isEnd)) return
    if (value === null) {
      found(path, true)
      return
    }
    const isOther = types.some(
      ({ at, types: wanted }) => at === depth && !wanted.includes(typeOf(value, path)),
    )
    if (isOther) return
    if (isEnd) {
      found(path, false)
      return
    }
    const key = from[depth] ?? ''
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        path.push(index)
        step(item, depth + 1)
        path.pop()
      })
    } else if (isRecord(value) && Object.hasOwn(value, key)) {
      path.push(key)
      step(value[key], depth + 1)
      path.pop()
    }
  }
  step(data, 0)
}

function typeOf(value: unknown, path: ResponsePath): string {
  const name = isRecord(value) ? value.__typename : undefined
  if (typeof name === 'string') return name
  throw new TypeError(`${path.join('.') || 'data'} does not say its type: it takes \`__typename\`.`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands above a path, as keys of positions. */
const prefixesOf = (path: ResponsePath): string[] =>
  path.map((_, length) => JSON.stringify(path.slice(0, length)))

/** Whether a place of these stands above a path. */
const isBelow = (path: ResponsePath, positions: Positions): boolean =>
  prefixesOf(path).some((prefix) => positions.has(prefix))

const pathsOf = (positions: Positions): ResponsePath[] => [...positions.values()].map(({ path }) => path)

const outside = (positions: Positions, lost: Positions): ResponsePath[] =>
  pathsOf(positions).filter((path) => !lost.has(JSON.stringify(path)) && !isBelow(path, lost))
