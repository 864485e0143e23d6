import { positionsOf } from '../../checks/radius/lost-positions.ts'
import type { Loss, Radius } from '../../checks/radius/predict-loss.ts'
import type { Exchange } from './shopper.ts'

const described = (path: readonly (string | number)[]) => path.join('.') || 'data'

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

const fits = ({ path }: Loss, place: readonly (string | number)[]) =>
  path.length === place.length && path.every((step, index) => step === '*' || step === String(place[index]))

/**
 * In what an answer breaks the failure contract while `failed` is down, a line each: what is predicted to be lost is
 * null and has one error that names who failed, and nothing else has an error.
 */
export function judgeExchange(
  radius: Radius,
  failed: string | null,
  { document, variables, answer }: Exchange,
): string[] {
  const losses = failed === null ? [] : radius.predictLoss({ document, failed: new Set([failed]) })
  const faults: string[] = []
  if (answer.status !== 200) faults.push(`status ${answer.status}`)

  for (const { message, path = [], extensions } of answer.errors) {
    const told = `${described(path)}: ${String(extensions?.code)} ${message}`
    if (!losses.some((loss) => fits(loss, path))) faults.push(`an error where nothing is to be lost: ${told}`)
    else if (extensions?.serviceName !== failed) faults.push(`an error that does not name ${failed}: ${told}`)
    if ((valueAt(answer.data, path) ?? null) !== null) faults.push(`an error where something is: ${told}`)
  }

  const places = answer.errors.map(({ path = [] }) => JSON.stringify(path))
  for (const place of new Set(places))
    if (places.filter((other) => other === place).length > 1) faults.push(`two errors at ${place}`)
  // Laid on what was answered: whatever is found there and is not null should have been lost.
  const { lost } = positionsOf(losses, { data: answer.data, variables })
  for (const place of lost) faults.push(`${described(place)} is there, though ${failed} is down`)
  return faults
}
