// Makes the code that is not committed: Prisma clients, resolver types, the types of the web shop's operations.
// Plain JavaScript, since it runs before anything has been built. A part is made anew only when the hash of
// its inputs changes.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const scalars = {
  ID: 'string',
  DateTime: { input: 'Date', output: 'Date' },
  URL: 'string',
  Decimal: 'string',
  JSON: 'unknown',
}
const foldersWith = (parent, file) =>
  readdirSync(parent).filter((folder) => existsSync(path.join(parent, folder, file)))
const filesIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith('.graphql'))
        .sort()
        .map((file) => path.join(folder, file))
    : []

/** The subgraph's own types behind its GraphQL types: `mappers.ts` exports `ProductModel` for `Product`. */
function readMappers(folder) {
  const file = path.join(folder, 'mappers.ts')
  if (!existsSync(file)) return {}
  const names = readFileSync(file, 'utf8').matchAll(/^export (?:interface|type) (\w+)Model\b/gm)
  return Object.fromEntries([...names].map(([, type]) => [type, `./mappers.ts#${type}Model`]))
}

async function generateResolverTypes(name, output) {
  const [{ codegen }, { parse }, typescript, resolvers] = await Promise.all([
    import('@graphql-codegen/core'),
    import('graphql'),
    import('@graphql-codegen/typescript'),
    import('@graphql-codegen/typescript-resolvers'),
  ])
  const folder = `subgraphs/${name}`
  const config = {
    federation: true,
    contextType: './context.ts#Context',
    mappers: readMappers(folder),
    useTypeImports: true,
    enumsAsTypes: true,
    defaultScalarType: 'unknown',
    strictScalars: true,
    scalars: { ...scalars, _FieldSet: 'string', _Any: 'unknown' },
    maybeValue: 'T | null | undefined',
    inputMaybeValue: 'T | null | undefined',
    avoidOptionals: false,
  }
  const text = await codegen({
    filename: output,
    schema: parse(readFileSync(`${folder}/schema.graphql`, 'utf8')),
    documents: [],
    config,
    pluginMap: { typescript, resolvers },
    plugins: [{ typescript: {} }, { resolvers: {} }],
  })
  writeFileSync(output, text)
}

async function generateOperationTypes(files, output) {
  const [{ codegen }, { parse }, { Supergraph }, operations, documentNode] = await Promise.all([
    import('@graphql-codegen/core'),
    import('graphql'),
    import('@apollo/federation-internals'),
    import('@graphql-codegen/typescript-operations'),
    import('@graphql-codegen/typed-document-node'),
  ])
  const api = Supergraph.build(readFileSync('supergraph.graphql', 'utf8')).apiSchema().toGraphQLJSSchema()
  const { printSchema } = await import('graphql')
  const text = await codegen({
    filename: output,
    schema: parse(printSchema(api)),
    documents: files.map((location) => ({ location, document: parse(readFileSync(location, 'utf8')) })),
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      strictScalars: true,
      // What a client sees of them is their JSON form.
      scalars: { ID: 'string', DateTime: 'string', URL: 'string', Decimal: 'string', JSON: 'unknown' },
      onlyOperationTypes: true,
      skipTypename: true,
    },
    pluginMap: { operations, documentNode },
    plugins: [{ operations: {} }, { documentNode: {} }],
  })
  writeFileSync(output, text)
}

async function generatePrismaClient(name) {
  // Any file that exists will do: generating needs no engine, and Prisma would try to download one.
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  }
  const arguments_ = [
    'node_modules/prisma/build/index.js',
    'generate',
    '--schema',
    `prisma/${name}/schema.prisma`,
  ]
  await promisify(execFile)(process.execPath, arguments_, { env })
}

function parts() {
  const clients = foldersWith('prisma', 'schema.prisma').map((name) => ({
    name: `${name}'s database client`,
    inputs: [`prisma/${name}/schema.prisma`],
    output: `prisma/${name}/generated/client.ts`,
    make: () => generatePrismaClient(name),
  }))
  const resolvers = foldersWith('subgraphs', 'schema.graphql').map((name) => {
    const output = `subgraphs/${name}/schema.generated.ts`
    return {
      name: `${name}'s resolver types`,
      inputs: [`subgraphs/${name}/schema.graphql`, `subgraphs/${name}/mappers.ts`],
      output,
      make: () => generateResolverTypes(name, output),
    }
  })
  const documents = filesIn('storefront/operations')
  const output = 'storefront/operations/operations.generated.ts'
  const operations = {
    name: "the operations' types",
    inputs: ['supergraph.graphql', ...documents],
    output,
    make: () => generateOperationTypes(documents, output),
  }
  return [
    ...clients,
    ...resolvers,
    ...(documents.length > 0 && existsSync('supergraph.graphql') ? [operations] : []),
  ]
}

function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const file of ['generate.js', 'package-lock.json', ...inputs]) {
    hash.update(`${file}\0`)
    if (existsSync(file)) hash.update(readFileSync(file))
  }
  return hash.digest('hex')
}

const stampFile = 'node_modules/.arcade-generated.json'
const readStamps = () => (existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {})

/**
 * Makes what is out of date.
 * @param {{ onProgress?: (part: string) => void }} options called with the name of each part that is made
 */
export async function generate({ onProgress = () => {} } = {}) {
  const stamps = readStamps()
  const stale = parts()
    .map((part) => ({ ...part, hash: hashOf(part.inputs) }))
    .filter(({ output, hash }) => stamps[output] !== hash || !existsSync(output))
  await Promise.all(
    stale.map(async ({ name, output, hash, make }) => {
      onProgress(name)
      await make()
      stamps[output] = hash
    }),
  )
  if (stale.length > 0) writeFileSync(stampFile, JSON.stringify(stamps))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await generate({ onProgress: (part) => console.log(`generating ${part}`) })
}
