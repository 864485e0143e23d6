import { Kind, type SelectionSetNode } from 'graphql'
import type { SubgraphSchemas } from './subgraph-schemas.ts'

/** The subgraphs that have to do with a field of an object, which was given with some of its fields. */
export type Involvement = (
  type: string,
  field: string,
  isGiven: (field: string) => boolean,
) => ReadonlySet<string>

/**
 * Those that resolve a field, those that have what it requires, and those that have the keys by which its owners are
 * asked, where these were not given with the object. Each may be the one whose failure is noticed first, so that its
 * name stands in the error.
 */
export function createInvolvement(schemas: SubgraphSchemas): Involvement {
  function follow(type: string, field: string, { found, seen, isGiven }: Search): void {
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
        for (const { selections } of needed) followSet(type, selections, { found, seen, isGiven })
      }
    }
  }

  function followSet(type: string, { selections }: SelectionSetNode, search: Search): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        followSet(selection.typeCondition?.name.value ?? type, selection.selectionSet, search)
        continue
      }
      if (search.isGiven(selection.name.value)) continue
      for (const object of schemas.runtimeTypesOf(type)) {
        follow(object, selection.name.value, search)
        if (!selection.selectionSet) continue
        for (const below of typesBelow(object, selection.name.value)) {
          followSet(below, selection.selectionSet, { ...search, isGiven: isNeverGiven })
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

  return (type, field, isGiven) => {
    const found = new Set<string>()
    follow(type, field, { found, seen: new Set(), isGiven })
    return found
  }
}

interface Search {
  found: Set<string>
  seen: Set<string>
  isGiven: (field: string) => boolean
}

/** Who gave an object need not have what stands below it. */
const isNeverGiven = () => false
