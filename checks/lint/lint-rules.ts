import type { Linter } from 'eslint'

/** How a rule of style is told: `error` refuses, `warn` is a hint. */
export type LintSeverity = 'error' | 'warn' | 'off'

const plugin = '@graphql-eslint'

/** Rules of graphql-eslint (https://the-guild.dev/graphql/eslint/rules) by our names, with what they are given. */
export const eslintRules: Readonly<Record<string, Linter.RulesRecord>> = {
  naming: {
    [`${plugin}/naming-convention`]: [
      'error',
      {
        types: 'PascalCase',
        FieldDefinition: 'camelCase',
        InputValueDefinition: 'camelCase',
        DirectiveDefinition: 'camelCase',
        EnumValueDefinition: 'UPPER_CASE',
        'FieldDefinition[parent.name.value=Query]': {
          forbiddenPrefixes: ['query', 'get', 'fetch', 'list'],
          forbiddenSuffixes: ['Query'],
        },
        'FieldDefinition[parent.name.value=Mutation]': {
          forbiddenPrefixes: ['mutation'],
          forbiddenSuffixes: ['Mutation'],
        },
      },
    ],
  },
  'typename-prefix': { [`${plugin}/no-typename-prefix`]: 'error' },
  'enum-case-duplicates': { [`${plugin}/unique-enum-value-names`]: 'error' },
  'hashtag-descriptions': { [`${plugin}/no-hashtag-description`]: 'error' },
  'deprecation-reasons': { [`${plugin}/require-deprecation-reason`]: 'error' },
}

/** A type that nothing in the whole graph leads to. */
export const unusedTypes = 'unused-types'

/** A list of entities says with `@listSize` how long it is. One that takes `first` is the rule `list-size`'s. */
export const costMarks = 'cost-marks'

export const lintRuleNames: readonly string[] = [...Object.keys(eslintRules), unusedTypes, costMarks]
