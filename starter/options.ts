import { parseArgs } from 'node:util'
import { variableOf } from '../service/settings.ts'
import { StartError } from './start-error.ts'

export interface StartOptions {
  help: boolean
  /** The subgraphs to leave down. */
  without: Set<string>
}

export const helpText = (subgraphs: readonly string[]) => `npm start -- [--without ${subgraphs.join('|')}]

Starts the databases, the subgraphs and the gateway, and stops all of them on Ctrl-C.

  --without NAME   leaves a subgraph down, to see that only its fields go. May be repeated, or list several
                   names separated by commas.
  --help           prints this.

Settings come from the environment: DATA_DIR, HOST, GATEWAY_PORT, ${subgraphs.map((name) => variableOf(name, 'PORT')).join(', ')},
and <NAME>_DATABASE_URL for a PostgreSQL server of your own. See docs/operating.md.`

/** @throws {StartError} naming what is not known and what is. */
export function readOptions(args: readonly string[], subgraphs: readonly string[]): StartOptions {
  const { values, unknown } = parse(args)
  if (unknown !== undefined) {
    throw new StartError(
      `${JSON.stringify(unknown)} is not an option: npm start takes --without NAME and --help`,
    )
  }
  const without = values.without.flatMap((list) => list.split(',').map((name) => name.trim()))
  const stranger = without.find((name) => !subgraphs.includes(name))
  if (stranger !== undefined) {
    throw new StartError(
      `There is no subgraph ${JSON.stringify(stranger)} to start without: there are ${subgraphs.join(', ')}`,
    )
  }
  return { help: values.help, without: new Set(without) }
}

function parse(args: readonly string[]) {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      without: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  const strange = tokens.find(
    (token) =>
      token.kind === 'positional' || (token.kind === 'option' && !['without', 'help'].includes(token.name)),
  )
  const without = (values.without ?? []).filter((value) => typeof value === 'string')
  if (Array.isArray(values.without) && without.length !== values.without.length) {
    throw new StartError('--without takes the name of a subgraph')
  }
  const unknown =
    strange?.kind === 'positional' ? strange.value : strange?.kind === 'option' ? strange.rawName : undefined
  return { values: { without, help: values.help === true }, unknown }
}
