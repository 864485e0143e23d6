import { type GatewayAnswer, isObject } from './expected-answer.ts'

type Path = readonly (string | number)[]

const shown = (path: Path) => JSON.stringify(path)

interface Difference {
  path: Path
  /** Null on the bad day, and not on the good one. */
  isLost: boolean
}

/** Where a bad day's data is another than the good day's, at the highest place of each. */
function differencesOf(good: unknown, bad: unknown, path: Path): Difference[] {
  if (bad === null && good !== null) return [{ path, isLost: true }]
  if (Array.isArray(good) && Array.isArray(bad)) {
    if (good.length !== bad.length) return [{ path, isLost: false }]
    return good.flatMap((item, index) => differencesOf(item, bad[index], [...path, index]))
  }
  if (isObject(good) && isObject(bad) && Array.isArray(good) === Array.isArray(bad)) {
    if (Object.keys(good).join() !== Object.keys(bad).join()) return [{ path, isLost: false }]
    return Object.keys(good).flatMap((key) => differencesOf(good[key], bad[key], [...path, key]))
  }
  return good === bad ? [] : [{ path, isLost: false }]
}

function leadsToNull(data: unknown, path: Path): boolean {
  let value = data
  for (const step of path) {
    if (!isObject(value)) return false
    value = value[step]
  }
  return value === null
}

interface Outage {
  /** The answer on a day without any error. */
  good: GatewayAnswer
  /** The answer while one subgraph is down. */
  bad: GatewayAnswer
  failed: string
  isAsked: boolean
}

/** In what an answer breaks the promise that a failed subgraph costs only its own fields: a line each. */
export function brokenPromises({ good, bad, failed, isAsked }: Outage): string[] {
  const found: string[] = []
  if (bad.status !== 200) found.push(`the status is ${bad.status}`)
  const positions = new Set<string>()
  for (const { path, message, code, serviceName } of bad.errors) {
    const position = shown(bad.data === null ? [] : path)
    const told = `${position} ${code} ${JSON.stringify(message)}`
    if (positions.has(position)) found.push(`it has two errors: ${told}`)
    positions.add(position)
    if (bad.data !== null && !leadsToNull(bad.data, path)) found.push(`it has no null there: ${told}`)
    if (serviceName !== failed) found.push(`it blames ${serviceName}: ${told}`)
  }
  const differences = differencesOf(good.data, bad.data, [])
  for (const { path, isLost } of differences) {
    if (!isLost) found.push(`it is another than on a good day: ${shown(path)}`)
    else if (!positions.has(shown(path))) found.push(`it has no error at ${shown(path)}`)
  }
  if (!isAsked && differences.length > 0) found.push('it is another though nobody was asked who is down')
  return found.length > 0
    ? [...found, `on a good day ${JSON.stringify(good.data)}`, `on a bad one  ${JSON.stringify(bad.data)}`]
    : []
}
