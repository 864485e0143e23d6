import {
  DEFAULT_DEPRECATION_REASON,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
} from 'graphql'
import type { Level, SchemaChange } from './change.ts'

/** What the specification's own directives say of an element. */
interface Marks {
  deprecation: string | null
  specifiedBy: string | null
}

/** Changes of `@deprecated` and `@specifiedBy` on what was there before. */
export function compareMarks(before: GraphQLSchema, after: GraphQLSchema): SchemaChange[] {
  const now = marksOf(after)
  return [...marksOf(before)].flatMap(([element, old]) => {
    const next = now.get(element)
    if (!next) return []
    return [compareDeprecation(element, old, next), compareSpecification(element, old, next)].filter(
      (change) => change !== null,
    )
  })
}

function compareDeprecation(element: string, before: Marks, after: Marks): SchemaChange | null {
  const [old, now] = [before.deprecation, after.deprecation]
  if (old === now) return null
  if (now === null) return changed('safe', 'deprecation-removed', element, 'is no longer deprecated')
  const verb = old === null ? 'is deprecated' : 'is deprecated for another reason'
  if (now === DEFAULT_DEPRECATION_REASON || now.trim() === '') {
    return {
      ...changed(
        'safe',
        'deprecated-without-reason',
        element,
        `${verb}, and does not say what to use instead`,
      ),
      mend: `Give @deprecated a reason that names what to use.`,
    }
  }
  return changed(
    'safe',
    old === null ? 'deprecated' : 'deprecation-reason-changed',
    element,
    `${verb}: ${now}`,
  )
}

function compareSpecification(element: string, before: Marks, after: Marks): SchemaChange | null {
  const [old, now] = [before.specifiedBy, after.specifiedBy]
  if (old === now) return null
  if (old === null) return changed('safe', 'specified-by-added', element, `is specified by ${now}`)
  return now === null
    ? changed('dangerous', 'specified-by-removed', element, `is no longer specified by ${old}`)
    : changed('dangerous', 'specified-by-changed', element, `is specified by ${now}, and was by ${old}`)
}

const changed = (level: Level, kind: string, element: string, what: string): SchemaChange => ({
  level,
  kind,
  element,
  subgraph: null,
  message: `${element} ${what.replace(/\.$/, '')}.`,
  mend: null,
  hits: [element],
})

function marksOf(schema: GraphQLSchema): Map<string, Marks> {
  const marks = new Map<string, Marks>()
  const note = (element: string, { deprecationReason }: { deprecationReason?: string | null | undefined }) =>
    marks.set(element, { deprecation: deprecationReason ?? null, specifiedBy: null })
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue
    if (isScalarType(type))
      marks.set(type.name, { deprecation: null, specifiedBy: type.specifiedByURL ?? null })
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field)
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field)
      for (const argument of field.args) note(`${type.name}.${field.name}(${argument.name}:)`, argument)
    }
  }
  for (const { name, args } of schema.getDirectives()) {
    for (const argument of args) note(`@${name}(${argument.name}:)`, argument)
  }
  return marks
}
