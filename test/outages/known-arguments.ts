import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { KnownArguments } from '../differential/random-operation.ts'

type Known = KnownArguments extends ReadonlyMap<string, readonly (infer One)[]> ? One : never

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What arguments are made of: JSON, and nothing else that could be written into a document. */
function isJson(value: unknown): value is Known[string] {
  if (Array.isArray(value)) return value.every(isJson)
  if (isObject(value)) return Object.values(value).every(isJson)
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** The arguments that operations give to each field, which lead somewhere since somebody asks so. */
export function collectArguments(
  schema: GraphQLSchema,
  operations: readonly { document: DocumentNode; variables: Record<string, unknown> }[],
): KnownArguments {
  const known = new Map<string, Map<string, Known>>()
  for (const { document, variables } of operations) {
    const defaults: Record<string, unknown> = {}
    const typeInfo = new TypeInfo(schema)
    visit(
      document,
      visitWithTypeInfo(typeInfo, {
        VariableDefinition({ variable, defaultValue }) {
          if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue)
        },
        Field({ name, arguments: args = [] }) {
          const parent = typeInfo.getParentType()
          if (!parent || !typeInfo.getFieldDef()?.args.length) return
          const given = args.flatMap(({ name: { value: argument }, value }): [string, Known[string]][] => {
            const all = { ...defaults, ...variables }
            const read =
              value.kind === Kind.VARIABLE ? all[value.name.value] : valueFromASTUntyped(value, all)
            return read !== undefined && isJson(read) ? [[argument, read]] : []
          })
          const one = Object.fromEntries(given)
          const coordinate = `${parent.name}.${name.value}`
          known.set(coordinate, (known.get(coordinate) ?? new Map()).set(JSON.stringify(one), one))
        },
      }),
    )
  }
  return new Map([...known].map(([coordinate, all]) => [coordinate, [...all.values()]]))
}
