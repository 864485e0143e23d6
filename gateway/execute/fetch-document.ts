import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'

/** A field of a fetch's operation, as far as it matters to what is lost with it. */
export interface FetchField {
  responseName: string
  /** The types that the fragments around it ask for, from the outside in. */
  typeConditions: readonly string[]
  /** Empty for a leaf. */
  fields: readonly FetchField[]
}

/** The operation of one fetch of a query plan. */
export interface FetchDocument {
  /** What it asks for at the root; for a fetch of entities, of each entity. `__typename` is left out. */
  fields: readonly FetchField[]
  /** Whether it asks for entities by their representations. */
  isEntityFetch: boolean
}

/** The planner's name for a field whose own name is taken; the executor gives it back its own name afterwards. */
const plannerAlias = /__alias_\d+$/

/** The name that a field has in the response to the client. */
export const clientName = (name: string): string => name.replace(plannerAlias, '')

function fieldsOf(
  selectionSet: SelectionSetNode | undefined,
  document: DocumentNode,
  typeConditions: string[] = [],
): FetchField[] {
  return (selectionSet?.selections ?? []).flatMap((selection) =>
    fieldsOfSelection(selection, document, typeConditions),
  )
}

function fieldsOfSelection(
  selection: SelectionNode,
  document: DocumentNode,
  typeConditions: string[],
): FetchField[] {
  if (selection.kind === Kind.FIELD) return fieldOf(selection, document, typeConditions)
  const fragment =
    selection.kind === Kind.INLINE_FRAGMENT
      ? selection
      : document.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
        )
  if (fragment?.kind !== Kind.INLINE_FRAGMENT && fragment?.kind !== Kind.FRAGMENT_DEFINITION) return []
  const condition = fragment.typeCondition?.name.value
  return fieldsOf(
    fragment.selectionSet,
    document,
    condition ? [...typeConditions, condition] : typeConditions,
  )
}

function fieldOf(node: FieldNode, document: DocumentNode, typeConditions: string[]): FetchField[] {
  if (node.name.value === '__typename') return []
  const responseName = clientName(node.alias?.value ?? node.name.value)
  return [{ responseName, typeConditions, fields: fieldsOf(node.selectionSet, document) }]
}

const parsed = new LRUCache<string, FetchDocument>({ max: 1000 })

/** Reads the text of a fetch's operation. */
export function readFetchDocument(text: string): FetchDocument {
  const known = parsed.get(text)
  if (known) return known
  const document = parse(text, { noLocation: true })
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  )
  const roots = fieldsOf(operation?.selectionSet, document)
  const [first] = roots
  const isEntityFetch = first?.responseName === '_entities'
  const read = { fields: isEntityFetch ? first.fields : roots, isEntityFetch }
  parsed.set(text, read)
  return read
}
