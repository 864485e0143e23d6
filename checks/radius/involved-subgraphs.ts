import { Kind, type SelectionSetNode } from 'graphql'
import { remember } from './remember.ts'
import type { SubgraphSchemas } from './subgraph-schemas.ts'

/** The subgraphs that have to do with a field of a type, at whichever place. */
export type Involvement = (type: string, field: string) => ReadonlySet<string>

/**
 * Those that resolve a field, those that have what it requires, and those that have the keys by which its owners are
 * asked. Each may be the one whose failure is noticed first, so that its name stands in the error.
 */
export function createInvolvement(schemas: SubgraphSchemas): Involvement {
  const known = new Map<string, ReadonlySet<string>>()

  function follow(type: string, field: string, found: Set<string>, seen: Set<string>): void {
    const coordinate = `${type}.${field}`
    if (seen.has(coordinate)) return
    seen.add(coordinate)
    for (const subgraph of schemas.names) {
      for (const known of [type, ...schemas.interfaceObjects(subgraph, type)]) {
        const { fields, keys } = schemas.typeIn(subgraph, known) ?? { fields: new Map(), keys: [] }
        const definition = fields.get(field)
        const isOwner =
          field === '__typename' ? known === type && fields.size > 0 : definition?.isExternal === false
        if (!isOwner) continue
        found.add(subgraph)
        const needed = [...keys, ...(definition?.requires ? [definition.requires] : [])]
        for (const { selections } of needed) followSet(type, selections, found, seen)
      }
    }
  }

  function followSet(
    type: string,
    { selections }: SelectionSetNode,
    found: Set<string>,
    seen: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        followSet(selection.typeCondition?.name.value ?? type, selection.selectionSet, found, seen)
        continue
      }
      for (const object of schemas.runtimeTypesOf(type)) {
        follow(object, selection.name.value, found, seen)
        if (!selection.selectionSet) continue
        for (const below of typesBelow(object, selection.name.value)) {
          followSet(below, selection.selectionSet, found, seen)
        }
      }
    }
  }

  const typesBelow = (type: string, field: string): Set<string> =>
    new Set(
      schemas.names.flatMap((subgraph) =>
        [type, ...schemas.interfaceObjects(subgraph, type)].flatMap(
          (known) => schemas.typeIn(subgraph, known)?.fields.get(field)?.type ?? [],
        ),
      ),
    )

  return (type, field) =>
    remember(known, `${type}.${field}`, () => {
      const found = new Set<string>()
      follow(type, field, found, new Set())
      return found
    })
}
