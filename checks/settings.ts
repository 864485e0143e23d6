import { z } from 'zod'
import type { Contract } from './contracts/contract-schema.ts'
import { InputError } from './finding.ts'
import { type LintSeverity, lintRuleNames } from './lint/lint-rules.ts'
import type { UsageSettings } from './operations/read-usage.ts'
import { readYaml } from './read-yaml.ts'
import { allRules } from './rules/all-rules.ts'
import type { RuleExceptions } from './rules/run-rules.ts'

/** What `checks.yaml` says. */
export interface CheckSettings {
  /** The folder with the front-end's operations, or a persisted-query manifest. */
  operations: string
  /** Where it stands who has sent which operation; null where nobody writes it down. */
  usage: UsageSettings | null
  exceptions: RuleExceptions
  changes: {
    /** Whether a breaking change that hits no operation passes. */
    letThroughUnused: boolean
    /** The file with what is let through all the same; null where nothing is. */
    approvals: string | null
  }
  contracts: readonly Contract[]
  /** Rules of style that are named, by name. */
  lint: ReadonlyMap<string, LintSeverity>
}

const reason = z.string().regex(/\S/, 'takes the reason, in words')

// https://www.apollographql.com/docs/graphos/platform/schema-management/delivery/contracts/reference#valid-tag-names
const tag = z.string().regex(/^[A-Za-z0-9/_-]{1,128}$/, 'takes a tag: letters, digits, -, _ and /')

const contractYaml = z
  .strictObject({
    include: z.array(tag).default([]),
    exclude: z.array(tag).default([]),
    hideUnreachableTypes: z.boolean().default(true),
    operations: z.string().min(1).optional(),
  })
  .refine(
    ({ include, exclude }) => include.length + exclude.length > 0,
    'takes `include`, `exclude`, or both',
  )

/** One file or folder alone may stand without its key. */
const usageYaml = z.preprocess(
  (given) => (typeof given === 'string' ? { files: [given] } : given),
  z.strictObject({
    files: z.array(z.string().min(1)).min(1, 'takes files and folders of files'),
    withinDays: z.int().min(1).max(3650).optional(),
  }),
)

const checksYaml = z.strictObject({
  lint: z.record(z.string(), z.enum(['error', 'warn', 'off'])).default({}),
  operations: z.string().min(1),
  usage: usageYaml.optional(),
  exceptions: z.record(z.string(), z.record(z.string(), reason)).default({}),
  changes: z
    .strictObject({ letThroughUnused: z.boolean().default(false), approvals: z.string().min(1).optional() })
    .default({ letThroughUnused: false }),
  contracts: z
    .record(z.string().regex(/^[\w-]+$/, 'takes a name of letters, digits, - and _'), contractYaml)
    .default({}),
})

/** @throws InputError that names the key, and what is accepted there. */
export function readSettings(file: string): CheckSettings {
  const { operations, usage = null, exceptions, changes, contracts, lint } = readYaml(file, checksYaml)
  const known = allRules.map(({ name }) => name)
  const unknown = Object.keys(exceptions).filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new InputError(
      `${file}: exceptions.${unknown[0]}: there is no such rule. Rules: ${known.join(', ')}.`,
    )
  }
  const strange = Object.keys(lint).find((name) => !lintRuleNames.includes(name))
  if (strange !== undefined) {
    throw new InputError(
      `${file}: lint.${strange}: there is no such rule of style. Rules: ${lintRuleNames.join(', ')}.`,
    )
  }
  return {
    operations,
    usage: usage && { files: usage.files, withinDays: usage.withinDays ?? null },
    changes: { letThroughUnused: changes.letThroughUnused, approvals: changes.approvals ?? null },
    lint: new Map(Object.entries(lint)),
    contracts: Object.entries(contracts).map(([name, { operations = null, ...contract }]) => ({
      ...contract,
      name,
      operations,
    })),
    exceptions: new Map(
      Object.entries(exceptions).map(([rule, excused]) => [rule, new Map(Object.entries(excused))]),
    ),
  }
}
