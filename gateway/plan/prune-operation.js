// What of an operation can still be planned when some subgraphs are left out. The planner gives up on all of an
// operation for one field that it finds no way to, so such fields are taken out first, by the planner's own graph.
// Plain JavaScript, as the worker that it belongs to.
import {
  Field,
  Operation,
  SelectionSetUpdates,
  Subgraphs,
  Supergraph,
  selectionOfElement,
  selectionSetOf,
} from '@apollo/federation-internals'
import {
  advanceSimultaneousPathsWithOperation,
  buildFederatedQueryGraph,
  createInitialOptions,
  emptyContext,
  GraphPath,
  simpleValidationConditionResolver,
} from '@apollo/query-graphs'

/** What a subgraph has taken over from others, where that is decided for each request. */
const takenOver = (subgraph) =>
  [...subgraph.metadata().overrideDirective().applications()].flatMap((application) => {
    const { from, label } = application.arguments()
    return label === undefined ? [] : [{ from, label, field: application.parent }]
  })

/**
 * The supergraph without some of its subgraphs: its schema stays whole, and nobody is there for parts of it. What one of
 * them has taken over is not to be had of whom it was taken from.
 */
export function withoutSubgraphs(sdl, names, overrides) {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false })
  const all = supergraph.subgraphs()
  const left = new Subgraphs()
  for (const subgraph of all) if (!names.includes(subgraph.name)) left.add(subgraph)
  for (const subgraph of all) {
    if (!names.includes(subgraph.name)) continue
    for (const { from, label, field } of takenOver(subgraph))
      if (overrides.get(label)) left.get(from)?.schema.type(field.parent.name)?.field(field.name)?.remove()
  }
  supergraph.subgraphs = () => left
  return supergraph
}

/** So many ways to one place are looked at; of more, one for each place that they end in. */
const maxWays = 64

const endOf = ({ paths }) => paths.map(({ tail }) => tail.index).join()

const fewer = (ways) =>
  ways.length > maxWays ? [...new Map(ways.map((way) => [endOf(way), way])).values()] : ways

/** Asks nothing, so that it is known whether an object is there of which all that was asked is lost. */
const typenameOf = (type) => selectionSetOf(type, selectionOfElement(new Field(type.typenameField())))

/** @returns takes of an operation what can't be reached in a supergraph; null where that is all of it */
export function createPruning(supergraph) {
  const graph = buildFederatedQueryGraph(supergraph, true)
  const resolver = simpleValidationConditionResolver({
    supergraph: supergraph.schema,
    queryGraph: graph,
    withCaching: true,
  })

  return (operation, overrides) => {
    /** The ways on from others; null where none of the objects there can be of the type that is asked for. */
    function follow(ways, element) {
      const next = []
      for (const way of ways) {
        const followed = advanceSimultaneousPathsWithOperation(supergraph.schema, way, element, overrides)
        if (followed?.length === 0) return null
        if (followed) next.push(...followed)
      }
      return fewer(next)
    }

    function prune(selectionSet, ways) {
      const kept = new SelectionSetUpdates()
      for (const selection of selectionSet.selections()) {
        const next = follow(ways, selection.element)
        if (next === null || (next.length > 0 && !selection.selectionSet)) kept.add(selection)
        if (next === null || next.length === 0 || !selection.selectionSet) continue
        const below = prune(selection.selectionSet, next)
        if (below) kept.add(selection.withUpdatedSelectionSet(below))
        else if (selection.kind === 'FieldSelection')
          kept.add(selection.withUpdatedSelectionSet(typenameOf(selection.selectionSet.parentType)))
      }
      return kept.isEmpty() ? null : kept.toSelectionSet(selectionSet.parentType)
    }

    const root = graph.root(operation.rootKind)
    if (!root) return null
    const whole = operation.expandAllFragments()
    const { rootKind, variableDefinitions, name, appliedDirectives } = whole
    const start = createInitialOptions(
      GraphPath.create(graph, root),
      emptyContext,
      resolver,
      [],
      [],
      overrides,
      null,
    )
    const pruned = prune(whole.selectionSet, start)
    return (
      pruned &&
      new Operation(whole.schema(), rootKind, pruned, variableDefinitions, undefined, name, appliedDirectives)
    )
  }
}
