import { getNamedType, isObjectType } from 'graphql'
import { type ConditionalSelections, collectFields, type SelectedOperation } from './collect-fields.ts'
import type { Dependence } from './dependence.ts'
import type { Reachability, Standing } from './reachability.ts'
import { remember } from './remember.ts'
import type { SubgraphSchemas } from './subgraph-schemas.ts'

interface Asked {
  schemas: SubgraphSchemas
  selected: SelectedOperation
  goodDay: Reachability
  dependence: Dependence
}

/** The subgraphs on which something depends that an operation asks for, whatever its variables and its answer are. */
export function findDependence({
  schemas,
  selected: { operation, fragments },
  goodDay,
  dependence,
}: Asked): ReadonlySet<string> {
  const { apiSchema, fits } = schemas
  const found = new Set<string>()
  const take = (subgraphs: ReadonlySet<string>): void => {
    for (const subgraph of subgraphs) found.add(subgraph)
  }
  const root = apiSchema.getRootType(operation.operation)
  if (root) {
    visit(new Map([[root.name, new Set([goodDay.root(root.name)])]]), [
      { selections: operation.selectionSet, when: [] },
    ])
  }
  return found

  /** All objects that one selection is asked of: by runtime type, whoever gave them. */
  function visit(
    objects: ReadonlyMap<string, ReadonlySet<Standing>>,
    selected: readonly ConditionalSelections[],
  ): void {
    const below = new Map<
      string,
      { selected: ConditionalSelections[]; objects: Map<string, Set<Standing>> }
    >()
    for (const [name, standings] of objects) {
      const object = apiSchema.getType(name)
      if (!isObjectType(object)) continue
      const fields = collectFields(selected, name, { fragments, fits })
      for (const standing of standings) {
        const place = goodDay.at(name, standing)
        take(dependence.ofType(place))
        for (const [responseKey, nodes] of fields) {
          const field = nodes[0]?.node.name.value ?? ''
          const type = object.getFields()[field]?.type
          if (!type) continue
          take(dependence.ofField(place, field))
          const group = remember(below, `${responseKey} ${name}`, () => ({
            selected: nodes.flatMap(({ node, when }) =>
              node.selectionSet ? [{ selections: node.selectionSet, when }] : [],
            ),
            objects: new Map(),
          }))
          if (group.selected.length === 0) continue
          for (const [runtimeType, standingBelow] of place.field(field).below) {
            if (!fits(runtimeType, getNamedType(type).name)) continue
            remember(group.objects, runtimeType, () => new Set()).add(standingBelow)
          }
        }
      }
    }
    for (const group of below.values()) if (group.objects.size > 0) visit(group.objects, group.selected)
  }
}
