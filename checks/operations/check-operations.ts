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
import { listed } from '../rules/schema-elements.ts'
import type { StoredOperation } from './load-operations.ts'

/** A finding in an operation, before it is known which others have it as well. */
type OperationFinding = Finding & { operation: string }

/** Whether operations, and their sample variables, fit a schema as clients see it. */
export function checkOperations(apiSchema: GraphQLSchema, operations: readonly StoredOperation[]): Finding[] {
  const findings = operations.flatMap((operation) => {
    const errors = validate(apiSchema, operation.document)
    if (errors.length > 0) return errors.map((error) => invalid(operation, error))
    return [
      ...validate(apiSchema, operation.document, [NoDeprecatedCustomRule]).map((error) =>
        deprecated(operation, error),
      ),
      ...checkVariables(apiSchema, operation),
    ]
  })
  return mergeShared(findings)
}

/** What is wrong in a fragment is told once, with the operations that use it. */
function mergeShared(findings: readonly OperationFinding[]): Finding[] {
  const merged = new Map<string, OperationFinding & { names: string[] }>()
  for (const finding of findings) {
    const { rule, message, location } = finding
    const key = JSON.stringify([rule, message, location])
    const known = merged.get(key)
    if (known) known.names.push(finding.operation)
    else merged.set(key, { ...finding, names: [finding.operation] })
  }
  return [...merged.values()].map(({ operation: _, names, ...finding }) => ({
    ...finding,
    coordinate: names.length === 1 ? (names[0] ?? null) : null,
    message: `${listed(names)}: ${finding.message}`,
  }))
}

function checkVariables(apiSchema: GraphQLSchema, operation: StoredOperation): OperationFinding[] {
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

const invalid = (operation: StoredOperation, { message, nodes = [] }: GraphQLError): OperationFinding => ({
  ...findingFor(operation, 'valid-operation', message, nodes),
  related: nodes
    .slice(1)
    .map(locationOf)
    .filter((location) => location !== null),
})

const deprecated = (operation: StoredOperation, { message, nodes }: GraphQLError): OperationFinding => ({
  ...findingFor(operation, 'no-deprecated', message, nodes),
  severity: 'hint',
})

const findingFor = (
  { name, file }: StoredOperation,
  rule: string,
  message: string,
  nodes: readonly ASTNode[] = [],
): OperationFinding => ({
  check: 'operations',
  severity: 'error',
  rule,
  subgraph: null,
  coordinate: name,
  message,
  operation: name,
  mend: null,
  location: locationOf(nodes[0]) ?? { file, line: 1, column: 1 },
  related: [],
})
