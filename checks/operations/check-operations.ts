import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  NoDeprecatedCustomRule,
  validate,
} from 'graphql'
import { type Finding, type Location, locationOf } from '../finding.ts'
import type { StoredOperation } from './load-operations.ts'

/** Whether operations, and their sample variables, fit a schema as clients see it. */
export function checkOperations(apiSchema: GraphQLSchema, operations: readonly StoredOperation[]): Finding[] {
  return operations.flatMap((operation) => {
    const errors = validate(apiSchema, operation.document)
    if (errors.length > 0) return errors.map((error) => invalid(operation, error))
    return [
      ...validate(apiSchema, operation.document, [NoDeprecatedCustomRule]).map((error) =>
        deprecated(operation, error),
      ),
      ...checkVariables(apiSchema, operation),
    ]
  })
}

function checkVariables(apiSchema: GraphQLSchema, operation: StoredOperation): Finding[] {
  const definition = operation.document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  const declared = definition.variableDefinitions ?? []
  const names = declared.map(({ variable }) => variable.name.value)
  const unknown = Object.keys(operation.variables).filter((name) => !names.includes(name))
  const { errors = [] } = getVariableValues(apiSchema, declared, operation.variables)
  const location = { file: operation.variablesFile, line: 1, column: 1 }
  return [
    ...unknown.map((name) => `${operation.name} has no variable $${name}.`),
    ...errors.map(({ message }) => message),
  ].map((message) => ({
    ...findingFor(operation, location),
    rule: 'sample-variables',
    message,
    mend: `Mend the sample variables: they are an example of what ${operation.name} is sent with.`,
  }))
}

const invalid = (operation: StoredOperation, error: GraphQLError): Finding => ({
  ...findingFor(operation, locationOf(error.nodes?.[0])),
  rule: 'valid-operation',
  message: `${operation.name}: ${error.message}`,
  related: related(error),
})

const deprecated = (operation: StoredOperation, error: GraphQLError): Finding => ({
  ...findingFor(operation, locationOf(error.nodes?.[0])),
  severity: 'hint',
  rule: 'no-deprecated',
  message: `${operation.name}: ${error.message}`,
})

const findingFor = ({ name, file }: StoredOperation, location: Location | null): Finding => ({
  check: 'operations',
  severity: 'error',
  rule: '',
  subgraph: null,
  coordinate: name,
  message: '',
  mend: null,
  location: location ?? { file, line: 1, column: 1 },
  related: [],
})

const related = ({ nodes = [] }: GraphQLError): Location[] =>
  nodes
    .slice(1)
    .map(locationOf)
    .filter((location) => location !== null)
