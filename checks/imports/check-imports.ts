import { cruise } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'

/** An import that a rule of `.dependency-cruiser.cjs` refuses. */
export interface RefusedImport {
  rule: string
  /** Why there is the rule. */
  comment: string
  from: string
  to: string
  /** The way round, where the import closes a circle. */
  circle: string[]
}

/**
 * Holds every import below a folder to the import rules.
 * @param rules the absolute path of the file with the rules
 * @throws when it could read no module at all: a tool that reads nothing finds nothing wrong.
 */
export async function checkImports({ folder, rules }: { folder: string; rules: string }) {
  const { output } = await cruise(['.'], {
    ...(await extractDepcruiseOptions(rules)),
    baseDir: folder,
    validate: true,
  })
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text.')
  const { violations, totalCruised } = output.summary
  if (totalCruised === 0) throw new Error(`There is no module to read in ${folder}.`)
  return {
    moduleCount: totalCruised,
    refused: violations.map(
      ({ rule, from, to, cycle }): RefusedImport => ({
        rule: rule.name,
        comment: output.summary.ruleSetUsed?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? '',
        from,
        to,
        circle: cycle?.map(({ name }) => name) ?? [],
      }),
    ),
  }
}
