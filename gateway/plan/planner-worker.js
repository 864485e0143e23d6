// Plans in a thread of its own: a large operation takes seconds to plan, during which nothing else would be served.
// Plain JavaScript, since a worker is started from a file and Node 20 reads no TypeScript.
import { parentPort } from 'node:worker_threads'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'

const planners = new Map()

function open(supergraph, sdl) {
  // It was validated before it was repaired, and the repairs would not stand in a subgraph's own schema.
  const built = Supergraph.build(sdl, { validateSupergraph: false })
  const schema = built.apiSchema()
  // A named fragment in a fetch could not be put together with another fetch's.
  const planner = new QueryPlanner(built, { reuseQueryFragments: false })
  planners.set(supergraph, (text, overrideConditions) =>
    planner.buildQueryPlan(operationFromDocument(schema, parse(text), { validate: false }), {
      overrideConditions,
    }),
  )
}

function plan(supergraph, text, overrides) {
  const planOn = planners.get(supergraph)
  if (!planOn) throw new Error('its supergraph is not open')
  return planOn(text, overrides)
}

const lineOf = (error) =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

parentPort.on('message', ({ id, supergraph, sdl, text, overrides }) => {
  // What is closed leaves no answer.
  if (id === undefined) {
    planners.delete(supergraph)
    return
  }
  try {
    if (sdl !== undefined) open(supergraph, sdl)
    parentPort.postMessage({
      id,
      plan: text === undefined ? undefined : plan(supergraph, text, overrides),
    })
  } catch (error) {
    parentPort.postMessage({ id, failed: lineOf(error) })
  }
})
