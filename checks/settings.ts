import { z } from 'zod'
import { InputError } from './finding.ts'
import { readYaml } from './read-yaml.ts'
import { allRules } from './rules/all-rules.ts'
import type { RuleExceptions } from './rules/run-rules.ts'

/** What `checks.yaml` says. */
export interface CheckSettings {
  /** The folder with the front-end's operations. */
  operations: string
  exceptions: RuleExceptions
}

const reason = z.string().regex(/\S/, 'takes the reason, in words')

const checksYaml = z.strictObject({
  operations: z.string().min(1),
  exceptions: z.record(z.string(), z.record(z.string(), reason)).default({}),
})

/** @throws InputError that names the key, and what is accepted there. */
export function readSettings(file: string): CheckSettings {
  const { operations, exceptions } = readYaml(file, checksYaml)
  const known = allRules.map(({ name }) => name)
  const unknown = Object.keys(exceptions).filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new InputError(
      `${file}: exceptions.${unknown[0]}: there is no such rule. Rules: ${known.join(', ')}.`,
    )
  }
  return {
    operations,
    exceptions: new Map(
      Object.entries(exceptions).map(([rule, excused]) => [rule, new Map(Object.entries(excused))]),
    ),
  }
}
