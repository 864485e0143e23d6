import {
  type ASTNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  NoDeprecatedCustomRule,
  validate,
} from 'graphql'
import { type Finding, locationOf } from '../finding.ts'
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
  const { variablesFile } = operation
  if (variablesFile === null) return []
  const definition = operation.document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  const declared = definition.variableDefinitions ?? []
  const names = declared.map(({ variable }) => variable.name.value)
  const unknown = Object.keys(operation.variables).filter((name) => !names.includes(name))
  const { errors = [] } = getVariableValues(apiSchema, declared, operation.variables)
  const location = { file: variablesFile, line: 1, column: 1 }
  return [
    ...unknown.map((name) => `There is no variable $${name}.`),
    ...errors.map(({ message }) => message),
  ].map((message) => ({
    ...findingFor(operation, 'sample-variables', message),
    mend: `Mend the sample variables: they are an example of what ${operation.name} is sent with.`,
    location,
  }))
}

const invalid = (operation: StoredOperation, { message, nodes = [] }: GraphQLError): Finding => ({
  ...findingFor(operation, 'valid-operation', message, nodes),
  related: nodes
    .slice(1)
    .map(locationOf)
    .filter((location) => location !== null),
})

const deprecated = (operation: StoredOperation, { message, nodes }: GraphQLError): Finding => ({
  ...findingFor(operation, 'no-deprecated', message, nodes),
  severity: 'hint',
})

const findingFor = (
  { name, file }: StoredOperation,
  rule: string,
  message: string,
  nodes: readonly ASTNode[] = [],
): Finding => ({
  check: 'operations',
  severity: 'error',
  rule,
  subgraph: null,
  coordinate: name,
  message: `${name}: ${message}`,
  mend: null,
  location: locationOf(nodes[0]) ?? { file, line: 1, column: 1 },
  related: [],
})
