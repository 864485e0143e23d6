import path from 'node:path'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { readText } from '../read-text.ts'
import { parseYaml } from '../read-yaml.ts'

/** One subgraph as `supergraph.yaml` names it. */
export interface SubgraphConfig {
  name: string
  /** Where the gateway reaches it. */
  url: string
  /** The file with its schema, relative to the working directory. */
  file: string
}

const subgraphName = z
  .string()
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/,
    'a name takes a letter, then letters, digits, "_" or "-", at most 64',
  )

const subgraph = z.strictObject({
  routing_url: z.url({ protocol: /^https?$/, error: 'takes an http or https address' }),
  schema: z.strictObject({ file: z.string().min(1) }),
})

// https://www.apollographql.com/docs/rover/commands/supergraphs#yaml-configuration-file
// Rover takes schemas from addresses and from Apollo's registry as well. Those would make the outcome
// depend on more than the committed files, so they are refused by name here.
const supergraphYaml = z.strictObject({
  federation_version: z.union([z.string(), z.number()]).optional(),
  subgraphs: z
    .record(subgraphName, subgraph)
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'names no subgraph'),
})

/**
 * Reads the file that Apollo's `rover supergraph compose` reads.
 * @throws InputError that names the key or the line, and what is accepted there.
 */
export function readSupergraphConfig(file: string): SubgraphConfig[] {
  const text = readText(file)
  checkFederationVersion(file, parseYaml(file, text, supergraphYaml).federation_version)
  return parseSupergraphConfig(file, text)
}

/**
 * The same for text that was read from somewhere, whichever composer it asks for: what is compared with need not
 * have been made by the one that is installed.
 */
export function parseSupergraphConfig(file: string, text: string): SubgraphConfig[] {
  const { subgraphs } = parseYaml(file, text, supergraphYaml)
  return Object.entries(subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    url: routing_url,
    file: path.join(path.dirname(file), schema.file),
  }))
}

const composerPackage = z.object({ version: z.string() })

/** Another composer could compose otherwise: what is checked has to be what is asked for. */
function checkFederationVersion(file: string, wanted: string | number | undefined): void {
  const { version } = composerPackage.parse(
    JSON.parse(readText('node_modules/@apollo/composition/package.json')),
  )
  if (wanted === undefined || [`=${version}`, '2', 2].includes(wanted)) return
  throw new InputError(
    `${file}: federation_version is ${JSON.stringify(wanted)}. The composer that is installed is ${version}: ` +
      `write "=${version}", or 2 for whichever is installed.`,
  )
}
