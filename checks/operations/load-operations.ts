import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  Source,
  visit,
} from 'graphql'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { readJson } from '../read-json.ts'
import { readText, reasonFor } from '../read-text.ts'

/** An operation that a front-end sends, with what is needed to send it. */
export interface StoredOperation {
  name: string
  kind: 'query' | 'mutation' | 'subscription'
  /** The file that the operation stands in. */
  file: string
  /** The operation and the fragments that it uses; each node knows the file that it came from. */
  document: DocumentNode
  /** The same as text, as it is sent. */
  text: string
  /** Sample variables, from `<Name>.variables.json` beside the operation; `{}` where there is none. */
  variables: Record<string, unknown>
  /** The file that the sample variables come from, or would; null where there can be none. */
  variablesFile: string | null
  /** Whom the sample variables are for: nobody in particular, or a customer who has signed in. */
  caller: 'guest' | 'customer'
}

const variablesSchema = z.record(z.string(), z.unknown())
const callersSchema = z.strictObject({ customer: z.array(z.string()) })

// https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format
const manifestSchema = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ name: z.string().min(1), body: z.string().min(1) })),
})

/**
 * Reads the operations of a folder, or of an Apollo persisted-query manifest (.json), in the order of their names.
 * @throws InputError with the place, for what cannot be read.
 */
export const readOperations = (place: string): StoredOperation[] =>
  place.endsWith('.json') ? loadManifest(place) : loadOperations(place)

/** A manifest has no sample variables, and may have one name several times: each with another text. */
function loadManifest(file: string): StoredOperation[] {
  const { success, data, error } = manifestSchema.safeParse(readJson(file))
  if (!success) {
    const [issue] = error.issues
    throw new InputError(
      `${file}: ${issue?.path.join('.') || 'the top level'}: ${issue?.message}. It takes an Apollo persisted-query manifest: {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"name", "body"}]}.`,
    )
  }
  return data.operations
    .map(({ name, body }, index): StoredOperation => {
      const document = parseText(body, `${file}: operations.${index}`)
      const definition = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
      if (definition?.kind !== Kind.OPERATION_DEFINITION) {
        throw new InputError(`${file}: operations.${index}: there is no operation in it.`)
      }
      return {
        name,
        kind: kinds[definition.operation],
        file,
        document,
        text: body,
        variables: {},
        variablesFile: null,
        caller: 'guest',
      }
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/**
 * Reads every operation below a folder, in the order of their names. Fragments may stand in any file there.
 * `callers.json` in the folder names the operations that take a signed-in customer.
 * @throws InputError with the place, for a file that is not GraphQL, a name that is given twice, an operation
 *   without a name, a fragment that is not there, or sample variables that are not a JSON object.
 */
export function loadOperations(folder: string): StoredOperation[] {
  const definitions = graphqlFiles(folder).flatMap((file) =>
    parseFile(file).definitions.map((definition) => ({ file, definition })),
  )
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations = new Map<string, { file: string; definition: OperationDefinitionNode }>()
  for (const { file, definition } of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      add(fragments, definition.name.value, definition, `${file}: there is another fragment`)
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      if (!definition.name) throw new InputError(`${file}: an operation has no name. Give it the file's.`)
      add(operations, definition.name.value, { file, definition }, `${file}: there is another operation`)
    } else {
      throw new InputError(`${file}: it defines a schema. Only operations and fragments are accepted here.`)
    }
  }

  const customers = readCallers(folder, operations)
  return [...operations]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { file, definition }]) => {
      const document: DocumentNode = {
        kind: Kind.DOCUMENT,
        definitions: [definition, ...fragmentsOf(definition, fragments, file)],
      }
      const variablesFile = file.replace(/\.graphql$/, '.variables.json')
      return {
        name,
        kind: kinds[definition.operation],
        file,
        document,
        text: print(document),
        variables: readVariables(variablesFile),
        variablesFile,
        caller: customers.has(name) ? 'customer' : 'guest',
      }
    })
}

const kinds = {
  [OperationTypeNode.QUERY]: 'query',
  [OperationTypeNode.MUTATION]: 'mutation',
  [OperationTypeNode.SUBSCRIPTION]: 'subscription',
} as const

function graphqlFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.graphql'))
      .sort()
      .map((file) => path.join(folder, file))
  } catch (error) {
    throw new InputError(`${folder}: ${reasonFor(error)}. It takes a folder of .graphql files.`)
  }
}

const parseFile = (file: string): DocumentNode => parseText(readText(file), file)

function parseText(text: string, file: string): DocumentNode {
  try {
    return parse(new Source(text, file))
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { line = 1, column = 1 } = error.locations?.[0] ?? {}
    throw new InputError(`${file}:${line}:${column}: ${error.message}`)
  }
}

function add<Value>(known: Map<string, Value>, name: string, value: Value, problem: string): void {
  if (known.has(name)) throw new InputError(`${problem} named ${name}. Names are unique within a folder.`)
  known.set(name, value)
}

/** The fragments that a definition uses, also through others, each once. */
function fragmentsOf(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  file: string,
): FragmentDefinitionNode[] {
  const used = new Map<string, FragmentDefinitionNode>()
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value: name } }) => {
        const fragment = fragments.get(name)
        if (!fragment) throw new InputError(`${file}: there is no fragment named ${name}.`)
        if (used.has(name)) return
        used.set(name, fragment)
        collect(fragment)
      },
    })
  }
  collect(definition)
  return [...used.values()]
}

function readVariables(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {}
  const { success, data } = variablesSchema.safeParse(readJson(file))
  if (!success) throw new InputError(`${file}: this is not a JSON object of variables.`)
  return data
}

function readCallers(folder: string, operations: ReadonlyMap<string, unknown>): Set<string> {
  const file = path.join(folder, 'callers.json')
  if (!existsSync(file)) return new Set()
  const { success, data } = callersSchema.safeParse(readJson(file))
  if (!success) throw new InputError(`${file}: it takes \`customer\` alone, a list of operations' names.`)
  const unknown = data.customer.filter((name) => !operations.has(name))
  if (unknown.length > 0) throw new InputError(`${file}: there is no operation named ${unknown.join(', ')}.`)
  return new Set(data.customer)
}
