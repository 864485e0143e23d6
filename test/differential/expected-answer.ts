import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  printSchema,
  type TypeNode,
  visit,
} from 'graphql'
import { errorCatalogue, isErrorCode } from '../../service/errors.ts'
import type { Universe } from './data-universe.ts'

type Path = readonly (string | number)[]

/** An error as clients are told of it. */
interface Told {
  code: string
  message: string
}

export interface ExpectedAnswer {
  /** As JSON text, in which the order of names counts. */
  data: string
  /** Every lost position as JSON text, with each error that may stand for it. */
  lost: Map<string, Told[]>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const withoutNonNull = (type: TypeNode): TypeNode => {
  if (type.kind === Kind.NON_NULL_TYPE) return withoutNonNull(type.type)
  return type.kind === Kind.LIST_TYPE ? { ...type, type: withoutNonNull(type.type) } : type
}

/** The schema with null allowed everywhere, so that no error hides another. */
export function allowNulls(schema: GraphQLSchema): GraphQLSchema {
  const document = visit(parse(printSchema(schema)), {
    FieldDefinition: (node) => ({ ...node, type: withoutNonNull(node.type) }),
  })
  return buildASTSchema(document)
}

function told({ message, extensions: { code } }: GraphQLError): Told {
  if (isErrorCode(code)) return { code, message }
  return { code: 'INTERNAL_SERVER_ERROR', message: errorCatalogue.INTERNAL_SERVER_ERROR.meaning }
}

/** The highest null on the way to where an error arose. */
function lostPosition(data: unknown, path: Path): Path {
  let value = data
  for (const [depth, step] of path.entries()) {
    if (value === null) return path.slice(0, depth)
    value = isObject(value) ? value[step] : undefined
  }
  return path
}

const isAtOrBelow = (path: Path, position: Path) => position.every((step, depth) => path[depth] === step)

interface Execution {
  schema: GraphQLSchema
  /** The schema with null allowed everywhere. */
  nullableSchema: GraphQLSchema
  universe: Universe
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | undefined
}

/** What one server answers that has all the data, its errors put as the gateway puts them. */
export function expectedAnswer({
  schema,
  nullableSchema,
  universe,
  document,
  variables,
  operationName,
}: Execution): ExpectedAnswer & { effects: string[] } {
  function run(by: GraphQLSchema): ExecutionResult {
    const result = execute({
      schema: by,
      document,
      variableValues: variables,
      operationName,
      fieldResolver: (source: unknown, args, _, { parentType, fieldName }) =>
        universe.resolveWhole(source, parentType.name, fieldName, args),
      typeResolver: (value: unknown) => (isObject(value) ? String(value.__typename) : undefined),
    })
    if ('then' in result) throw new Error('the universe waits for nothing')
    return result
  }

  const { data, errors = [] } = run(schema)
  const { effects } = universe.takeNotes()
  if (data === undefined) throw new Error(`it could not be executed: ${errors[0]?.message}`)
  const lost = new Map<string, Told[]>()
  const all = errors.length > 0 ? (run(nullableSchema).errors ?? []) : []
  universe.takeNotes()
  for (const { path = [] } of errors) {
    const position = lostPosition(data, path)
    lost.set(
      JSON.stringify(position),
      all.filter((error) => isAtOrBelow(error.path ?? [], position)).map(told),
    )
  }
  return { data: JSON.stringify(data), lost, effects }
}

interface AnswerError {
  path: Path
  message: unknown
  code: unknown
  serviceName: unknown
}

/** What the gateway has answered, as far as it can be read. */
export interface GatewayAnswer {
  status: number
  data: unknown
  errors: AnswerError[]
}

const isPath = (value: unknown): value is Path =>
  Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number')

export function readAnswer(status: number, text: string): GatewayAnswer {
  const body: unknown = JSON.parse(text)
  if (!isObject(body)) throw new Error(`the answer is ${text}`)
  const errors: unknown[] = Array.isArray(body.errors) ? body.errors : []
  return {
    status,
    data: body.data,
    errors: errors.filter(isObject).map(({ path, message, extensions }) => {
      const { code, serviceName } = isObject(extensions) ? extensions : {}
      return { path: isPath(path) ? path : [], message, code, serviceName }
    }),
  }
}

/** In what an answer is not as expected: a line each. */
export function differences(answer: GatewayAnswer, { data, lost }: ExpectedAnswer): string[] {
  const found: string[] = []
  if (answer.status !== 200) found.push(`the status is ${answer.status}`)
  const got = JSON.stringify(answer.data)
  if (got !== data) found.push(`the data is      ${got}`, `in place of this ${data}`)
  const positions = new Set<string>()
  for (const { path, message, code } of answer.errors) {
    // Where nothing at all is left, one error says so, wherever it arose.
    const position = JSON.stringify(answer.data === null ? [] : path)
    const causes = lost.get(position)
    const shown = `${position} ${code} ${JSON.stringify(message)}`
    if (positions.has(position)) found.push(`it has two errors: ${shown}`)
    positions.add(position)
    if (!causes) found.push(`it has no loss there: ${shown}`)
    else if (!causes.some((cause) => cause.code === code && cause.message === message))
      found.push(`it has another cause: ${shown}, in place of ${JSON.stringify(causes)}`)
  }
  for (const position of lost.keys()) {
    if (!positions.has(position)) found.push(`it has no error at ${position}`)
  }
  return found
}
