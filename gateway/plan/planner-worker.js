// Plans in a thread of its own: a large operation takes seconds to plan, during which nothing else would be served.
// Plain JavaScript, since a worker is started from a file and Node 20 reads no TypeScript.
import { parentPort } from 'node:worker_threads'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'
import { createPruning, withoutSubgraphs } from './prune-operation.js'

/** So many sets of subgraphs that are down are remembered for a supergraph. */
const maxOutages = 8

const supergraphs = new Map()

// A named fragment in a fetch could not be put together with another fetch's.
const plannerOf = (supergraph) => new QueryPlanner(supergraph, { reuseQueryFragments: false })

const noOverrides = new Map()

function open(id, sdl) {
  // It was validated before it was repaired, and the repairs would not stand in a subgraph's own schema.
  const whole = Supergraph.build(sdl, { validateSupergraph: false })
  supergraphs.set(id, { sdl, schema: whole.apiSchema(), planner: plannerOf(whole), outages: new Map() })
}

/** What plans around an outage. Those last used are kept. */
function outageOf({ sdl, outages }, without, overrides) {
  const key = JSON.stringify([without, [...overrides]])
  const known = outages.get(key)
  const left = known ? null : withoutSubgraphs(sdl, without, overrides)
  const outage = known ?? { planner: plannerOf(left), prune: createPruning(left) }
  outages.delete(key)
  outages.set(key, outage)
  if (outages.size > maxOutages) outages.delete(outages.keys().next().value)
  return outage
}

function plan(id, text, overrideConditions, without) {
  const supergraph = supergraphs.get(id)
  if (!supergraph) throw new Error('its supergraph is not open')
  const operation = operationFromDocument(supergraph.schema, parse(text), { validate: false })
  if (without.length === 0) return supergraph.planner.buildQueryPlan(operation, { overrideConditions })
  const overrides = overrideConditions ?? noOverrides
  const { planner, prune } = outageOf(supergraph, without, overrides)
  const left = prune(operation, overrides)
  return left ? planner.buildQueryPlan(left, { overrideConditions }) : { kind: 'QueryPlan' }
}

const lineOf = (error) =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

parentPort.on('message', ({ id, supergraph, sdl, text, overrides, without }) => {
  // What is closed leaves no answer.
  if (id === undefined) {
    supergraphs.delete(supergraph)
    return
  }
  try {
    if (sdl !== undefined) open(supergraph, sdl)
    parentPort.postMessage({
      id,
      plan: text === undefined ? undefined : plan(supergraph, text, overrides, without),
    })
  } catch (error) {
    parentPort.postMessage({ id, failed: lineOf(error) })
  }
})
