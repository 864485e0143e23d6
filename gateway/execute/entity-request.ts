import type { FetchStep } from '../plan/fetch-step.ts'

/** A fetch of entities that is ready to be made. */
export interface EntityFetch {
  step: FetchStep
  /** As JSON, each once. */
  representations: readonly string[]
}

/** The JSON of a request's variables, by name; those that were not given are not there. */
export type VariableTexts = ReadonlyMap<string, string>

const bodies = new WeakMap<FetchStep, string>()

/** The constant part of a step's request. */
function beginning(step: FetchStep): string {
  const known = bodies.get(step)
  if (known !== undefined) return known
  const { text, operationName } = step.document
  const name = operationName === undefined ? '' : `"operationName":${JSON.stringify(operationName)},`
  const body = `{"query":${JSON.stringify(text)},${name}"variables":{`
  bodies.set(step, body)
  return body
}

const pairs = (names: Iterable<string>, texts: VariableTexts): string[] =>
  [...names].flatMap((name) => {
    const text = texts.get(name)
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
  })

/** The body of a request for what stands at the root. */
export const rootBody = (step: FetchStep, texts: VariableTexts): string =>
  `${beginning(step)}${pairs(step.variables, texts).join(',')}}}`

/** The body of a request for entities. */
export function entityBody({ step, representations }: EntityFetch, texts: VariableTexts): string {
  const list = `"representations":[${representations.join(',')}]`
  return `${beginning(step)}${[list, ...pairs(step.variables, texts)].join(',')}}}`
}

/** The key that one of several fetches' entities have in the answer. */
export const partKey = (index: number): string => `_${index}`

/** The constant parts of requests for several fetches, by the first of them and the indices of all. */
const mergedBeginnings = new WeakMap<FetchStep, Map<string, string>>()

/** One document for several fetches, which always is the same for the same. */
function mergedBeginning(fetches: readonly EntityFetch[]): string {
  const [first] = fetches
  if (!first) return ''
  const known = mergedBeginnings.get(first.step) ?? new Map<string, string>()
  mergedBeginnings.set(first.step, known)
  const key = fetches.map(({ step }) => step.index).join(' ')
  const beginning = known.get(key) ?? `{"query":${JSON.stringify(mergedDocument(fetches))},"variables":{`
  if (known.size < maxMergedBeginnings) known.set(key, beginning)
  return beginning
}

/** Which of many fetches are ready together is a matter of chance. */
const maxMergedBeginnings = 64

function mergedDocument(fetches: readonly EntityFetch[]): string {
  const definitions = new Set(fetches.flatMap(({ step }) => step.document.variableDefinitions))
  const lists = fetches.map((_, index) => `$r${index}:[_Any!]!`)
  const parts = fetches.map(
    ({ step }, index) =>
      `${partKey(index)}:_entities(representations:$r${index})${step.document.selectionSet}`,
  )
  return `query(${[...lists, ...definitions].join(' ')}){${parts.join(' ')}}`
}

/** The body of one request for the entities of several fetches, which have to be of one subgraph. */
export function mergedBody(fetches: readonly EntityFetch[], texts: VariableTexts): string {
  const variables = [
    ...fetches.map(({ representations }, index) => `"r${index}":[${representations.join(',')}]`),
    ...pairs(new Set(fetches.flatMap(({ step }) => step.variables)), texts),
  ]
  return `${mergedBeginning(fetches)}${variables.join(',')}}}`
}
