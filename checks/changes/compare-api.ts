import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core'
import type { GraphQLSchema } from 'graphql'
import { byLevel, type Level, type SchemaChange } from './change.ts'
import { compareMarks } from './compare-marks.ts'
import { judge } from './judge.ts'

/**
 * What clients see of a change. graphql-inspector finds the differences; where it judges otherwise than the
 * specification, or without looking at enough, `judge` decides. What is marked (`@deprecated`, `@specifiedBy`) is
 * compared by `compareMarks`.
 */
export async function compareApi(before: GraphQLSchema, after: GraphQLSchema): Promise<SchemaChange[]> {
  const changes = await diff(before, after)
  const found = changes.flatMap((change) => translate(change) ?? [])
  const added = new Set(found.filter(({ kind }) => kind.endsWith('-added')).map(({ element }) => element))
  // What stands within something new is new with it, and needs no line of its own unless it concerns what is old.
  const told = found
    .map((change) => judge(change, { before, after }))
    .filter(({ element, kind, level }) => level !== 'safe' || !isWithin(element, kind, added))
  return [...told, ...compareMarks(before, after)].sort(byLevel)
}

/** Graphql-inspector's worst level of what it finds. Null where it finds nothing. */
export async function inspectorsLevel(before: GraphQLSchema, after: GraphQLSchema): Promise<Level | null> {
  const levels = (await diff(before, after)).map(({ criticality }) => levelOf(criticality.level))
  return (['breaking', 'dangerous', 'safe'] as const).find((level) => levels.includes(level)) ?? null
}

function isWithin(element: string, kind: string, added: ReadonlySet<string>): boolean {
  if (added.has(element) && kind === 'description-changed') return true
  const [, owner = '', field] = /^(@?\w+)(\.\w+)?/.exec(element) ?? []
  return [owner, `${owner}${field ?? ''}`].some((around) => around !== element && added.has(around))
}

interface Words {
  kind: string
  element: string
  hits?: readonly string[]
  mend?: string
}

const deprecateFirst =
  'Deprecate it with a reason that names what to use, and take it out when nobody asks for it.'

function translate(change: Change): SchemaChange | null {
  const words = wordsFor(change)
  if (words === null) return null
  const { kind, element, hits = [element], mend = null } = words
  return {
    level: levelOf(change.criticality.level),
    kind,
    element,
    subgraph: null,
    message:
      kind === 'description-changed'
        ? `${element} is described otherwise.`
        : `${change.message.replaceAll("'undefined'", 'none')}.`,
    mend,
    hits,
  }
}

const levelOf = (level: CriticalityLevel): Level =>
  level === CriticalityLevel.Breaking
    ? 'breaking'
    : level === CriticalityLevel.Dangerous
      ? 'dangerous'
      : 'safe'

/** Null for what `compareMarks` tells. */
function wordsFor(change: Change): Words | null {
  const { type, path = '' } = change
  const meta = (name: string): string => metaOf(change, name)
  const [typeName = '', field = '', argument = ''] = path.split('.')
  const ofField = `${typeName}.${field}`
  const ofArgument = `${ofField}(${argument}:)`
  switch (type) {
    case ChangeType.TypeAdded:
      return { kind: 'type-added', element: path }
    case ChangeType.TypeRemoved:
      return { kind: 'type-removed', element: path, mend: deprecateFirst }
    case ChangeType.TypeKindChanged:
      return { kind: 'type-kind-changed', element: path, mend: 'Give the new type another name.' }
    case ChangeType.TypeDescriptionAdded:
    case ChangeType.TypeDescriptionChanged:
    case ChangeType.TypeDescriptionRemoved:
      return { kind: 'description-changed', element: path }

    case ChangeType.FieldAdded:
      return { kind: 'field-added', element: ofField }
    case ChangeType.FieldRemoved:
      return { kind: 'field-removed', element: ofField, mend: deprecateFirst }
    case ChangeType.FieldTypeChanged:
      return {
        kind: 'field-type-changed',
        element: ofField,
        mend: 'Add a field with the new type, and deprecate this one.',
      }
    case ChangeType.FieldDescriptionAdded:
    case ChangeType.FieldDescriptionChanged:
    case ChangeType.FieldDescriptionRemoved:
    case ChangeType.InputFieldDescriptionAdded:
    case ChangeType.InputFieldDescriptionChanged:
    case ChangeType.InputFieldDescriptionRemoved:
    case ChangeType.EnumValueDescriptionChanged:
      return { kind: 'description-changed', element: ofField }

    case ChangeType.FieldArgumentAdded:
      return {
        kind: 'argument-added',
        element: ofArgument,
        hits: [ofField],
        mend: 'Make it optional, or give it a default.',
      }
    case ChangeType.FieldArgumentRemoved:
      return { kind: 'argument-removed', element: ofArgument, mend: deprecateFirst }
    case ChangeType.FieldArgumentTypeChanged:
      return {
        kind: 'argument-type-changed',
        element: ofArgument,
        mend: 'Add an argument with the new type beside it.',
      }
    case ChangeType.FieldArgumentDefaultChanged:
      return { kind: 'argument-default-changed', element: ofArgument, hits: [`${ofArgument} left out`] }
    case ChangeType.FieldArgumentDescriptionChanged:
      return { kind: 'description-changed', element: ofArgument }

    case ChangeType.InputFieldAdded:
      return {
        kind: 'input-field-added',
        element: ofField,
        hits: [typeName],
        mend: 'Make it optional, or give it a default.',
      }
    case ChangeType.InputFieldRemoved:
      return { kind: 'input-field-removed', element: ofField, mend: deprecateFirst }
    case ChangeType.InputFieldTypeChanged:
      return {
        kind: 'input-field-type-changed',
        element: ofField,
        mend: 'Add an input field with the new type beside it.',
      }
    case ChangeType.InputFieldDefaultValueChanged:
      return { kind: 'input-field-default-changed', element: ofField, hits: [typeName] }

    case ChangeType.EnumValueAdded:
      return { kind: 'enum-value-added', element: ofField, hits: [typeName] }
    case ChangeType.EnumValueRemoved:
      return { kind: 'enum-value-removed', element: ofField, mend: deprecateFirst }

    case ChangeType.UnionMemberAdded: {
      const member = meta('addedUnionMemberTypeName')
      return { kind: 'union-member-added', element: `${path} | ${member}`, hits: [path] }
    }
    case ChangeType.UnionMemberRemoved: {
      const member = meta('removedUnionMemberTypeName')
      return { kind: 'union-member-removed', element: `${path} | ${member}`, hits: [`... on ${member}`] }
    }
    case ChangeType.ObjectTypeInterfaceAdded: {
      const name = meta('addedInterfaceName')
      return { kind: 'interface-added', element: `${path} implements ${name}`, hits: [name] }
    }
    case ChangeType.ObjectTypeInterfaceRemoved: {
      const name = meta('removedInterfaceName')
      return {
        kind: 'interface-removed',
        element: `${path} implements ${name}`,
        hits: [`... on ${path}`, `... on ${name}`],
      }
    }

    case ChangeType.DirectiveAdded:
      return { kind: 'directive-added', element: path }
    case ChangeType.DirectiveRemoved:
      return { kind: 'directive-removed', element: path }
    case ChangeType.DirectiveDescriptionChanged:
      return { kind: 'description-changed', element: path }
    case ChangeType.DirectiveRepeatableAdded:
      return { kind: 'directive-repeatable', element: path }
    case ChangeType.DirectiveRepeatableRemoved:
      return { kind: 'directive-not-repeatable', element: path, hits: [`${path} repeated`] }
    case ChangeType.DirectiveLocationAdded:
      return { kind: 'directive-location-added', element: `${path} on ${meta('addedDirectiveLocation')}` }
    case ChangeType.DirectiveLocationRemoved:
      return {
        kind: 'directive-location-removed',
        element: `${path} on ${meta('removedDirectiveLocation')}`,
      }
    case ChangeType.DirectiveArgumentAdded:
      return {
        kind: 'directive-argument-added',
        element: `${path}(${meta('addedDirectiveArgumentName')}:)`,
        hits: [path],
        mend: 'Make it optional, or give it a default.',
      }
    case ChangeType.DirectiveArgumentRemoved:
      return { kind: 'directive-argument-removed', element: `${typeName}(${field}:)` }
    case ChangeType.DirectiveArgumentTypeChanged:
      return { kind: 'directive-argument-type-changed', element: `${typeName}(${field}:)` }
    case ChangeType.DirectiveArgumentDefaultValueChanged:
      return {
        kind: 'directive-argument-default-changed',
        element: `${typeName}(${field}:)`,
        hits: [typeName],
      }
    case ChangeType.DirectiveArgumentDescriptionChanged:
      return { kind: 'description-changed', element: `${typeName}(${field}:)` }

    case ChangeType.SchemaQueryTypeChanged:
      return { kind: 'root-changed', element: 'query', hits: ['query'] }
    case ChangeType.SchemaMutationTypeChanged:
      return { kind: 'root-changed', element: 'mutation', hits: ['mutation'] }
    case ChangeType.SchemaSubscriptionTypeChanged:
      return { kind: 'root-changed', element: 'subscription', hits: ['subscription'] }
  }
  return isMark(type) ? null : { kind: type.toLowerCase().replaceAll('_', '-'), element: path || 'schema' }
}

/** Deprecations, and directives where they are applied. */
const isMark = (type: string): boolean => /^DIRECTIVE_USAGE_|DEPRECATION/.test(type)

function metaOf({ type, meta }: Change, name: string): string {
  const value: unknown = meta[name]
  if (typeof value !== 'string') throw new TypeError(`graphql-inspector tells no ${name} of ${type}.`)
  return value
}
