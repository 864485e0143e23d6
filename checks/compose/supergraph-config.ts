import { readFileSync } from 'node:fs'
import path from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { readText } from '../read-text.ts'

/** One subgraph as `supergraph.yaml` names it. */
export interface SubgraphConfig {
  name: string
  /** Where the gateway reaches it. */
  url: string
  /** The file with its schema, relative to the working directory. */
  file: string
}

const subgraph = z.strictObject({
  routing_url: z.url({ protocol: /^https?$/, error: 'takes an http or https address' }),
  schema: z.strictObject({ file: z.string().min(1) }),
})

// https://www.apollographql.com/docs/rover/commands/supergraphs#yaml-configuration-file
// Rover takes schemas from addresses and from Apollo's registry as well. Those would make the outcome
// depend on more than the committed files, so they are refused by name here.
const supergraphYaml = z.strictObject({
  federation_version: z.union([z.string(), z.literal(2)]).optional(),
  subgraphs: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/), subgraph)
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'names no subgraph'),
})

/**
 * Reads the file that Apollo's `rover supergraph compose` reads.
 * @throws InputError that names the key or the line, and what is accepted there.
 */
export function readSupergraphConfig(file: string): SubgraphConfig[] {
  const lineCounter = new LineCounter()
  const yaml = parseDocument(readText(file), { lineCounter })
  const [syntaxError] = yaml.errors
  if (syntaxError) {
    const { line, col } = lineCounter.linePos(syntaxError.pos[0])
    throw new InputError(`${file}:${line}:${col}: this is not YAML: ${firstLine(syntaxError.message)}`)
  }
  const content: unknown = yaml.toJS()
  if (content === null)
    throw new InputError(`${file} is empty: it takes \`subgraphs\`, and a schema for each.`)

  const { success, data, error } = supergraphYaml.safeParse(content)
  if (!success) throw new InputError(error.issues.map((issue) => `${file}: ${describe(issue)}`).join('\n'))
  checkFederationVersion(file, data.federation_version)
  return Object.entries(data.subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    url: routing_url,
    file: path.join(path.dirname(file), schema.file),
  }))
}

/** Another composer could compose otherwise: what is checked has to be what is asked for. */
function checkFederationVersion(file: string, wanted: string | number | undefined): void {
  const { version } = installedComposer.parse(
    JSON.parse(readFileSync('node_modules/@apollo/composition/package.json', 'utf8')),
  )
  const accepted = [undefined, 2, '2', `=${version}`]
  if (accepted.includes(wanted)) return
  throw new InputError(
    `${file}: federation_version is ${JSON.stringify(wanted)}. The composer that is installed is ${version}: ` +
      `write "=${version}", or 2 for whichever is installed.`,
  )
}

const installedComposer = z.object({ version: z.string() })

const acceptedKeys = new Map([
  ['', 'federation_version, subgraphs'],
  ['subgraph', 'routing_url, schema'],
  ['schema', 'file'],
])

function describe(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.') || 'the top level'
  if (issue.code === 'unrecognized_keys') {
    const level = issue.path.length === 0 ? '' : issue.path.length === 2 ? 'subgraph' : 'schema'
    const keys = issue.keys.map((key) => `\`${key}\``).join(', ')
    return `${place} has ${keys}, which is not known. Accepted there: ${acceptedKeys.get(level)}.`
  }
  if (issue.code === 'invalid_key') {
    return `${place} is not a name for a subgraph: a letter, then letters, digits, "_" or "-", at most 64.`
  }
  return `${place}: ${issue.message}.`
}

const firstLine = (text: string): string => text.split('\n', 1).join('')
