import { z } from 'zod'

/** A setting that can't be used: its message names the variable, what it got and what it takes. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** The variable that settles something for one service: `order-history` and `URL` make `ORDER_HISTORY_URL`. */
export const variableOf = (service: string, what: string): string =>
  `${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_${what}`

/** A whole number; `unit` goes into the error, as `milliseconds`. */
export function wholeNumber({ min = 0, max = 2 ** 31 - 1, unit = '' }) {
  const takes = `a whole number from ${min} to ${max}${unit && ` (${unit})`}`
  return z
    .string()
    .regex(/^\d{1,10}$/, takes)
    .transform(Number)
    .refine((number) => number >= min && number <= max, takes)
}

export const port = () => wholeNumber({ min: 0, max: 65_535 })

export const percent = ({ min = 0, max = 100 } = {}) => wholeNumber({ min, max, unit: 'percent' })

export const milliseconds = ({ min = 1, max = 3_600_000 } = {}) =>
  wholeNumber({ min, max, unit: 'milliseconds' })

export const flag = () =>
  z.enum(['true', 'false'], { error: 'true or false' }).transform((value) => value === 'true')

/** Values separated by commas; blanks around them are dropped. */
export const commaList = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )

export const httpUrl = () =>
  z.string().refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'an address that begins with http:// or https://',
  })

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(', ')}` })

/** Settings whose value must not stand in an error message. */
const secret = /URL$|KEY|SECRET|PASSWORD|TOKEN/

/**
 * Reads the settings that `shape` names from the environment, each from the variable of its name unless another is told.
 * An empty variable counts as unset.
 * @throws {SettingsError} with one line for each setting that does not fit.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: NodeJS.ProcessEnv,
  variableFor: (setting: string) => string = (setting) => setting,
) {
  const given = Object.fromEntries(
    Object.keys(shape).flatMap((setting) => {
      const value = env[variableFor(setting)]
      return value ? [[setting, value]] : []
    }),
  )
  const result = z.object(shape).safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => {
    const setting = String(issue.path[0])
    const name = variableFor(setting)
    const value = given[setting]
    if (value === undefined) return `${name} is not set`
    return `${name} is ${secret.test(name) ? 'set to something else' : JSON.stringify(value)}: it takes ${issue.message}`
  })
  throw new SettingsError([...new Set(lines)].join('\n'))
}
