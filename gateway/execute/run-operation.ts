import { type GraphQLSchema, isObjectType } from 'graphql'
import { type ConditionValues, isWanted } from '../plan/fetch-field.ts'
import { eachItem, type PathStep } from '../plan/fetch-step.ts'
import { meetsCondition } from '../plan/type-condition.ts'
import type { GraphqlAnswer, GraphqlAnswerError, SubgraphAnswer } from '../transport/call-subgraph.ts'
import { type FailureCode, SubgraphFailure } from '../transport/subgraph-failure.ts'
import { entityBody, mergedBody, partKey, rootBody, type VariableTexts } from './entity-request.ts'
import type { ExecutableOperation, ExecutableStep } from './executable-operation.ts'
import { isTreeObject, Lost, type TreeObject } from './lost.ts'
import { markFields } from './mark-fields.ts'
import { rename } from './merge-answer.ts'
import { placeEntityErrors, placeErrors } from './place-errors.ts'
import { scheduleSteps } from './schedule-steps.ts'
import { lossOfError } from './subgraph-error.ts'
import { mismatch } from './text-writer.ts'

export type CallSubgraph = (request: {
  serviceName: string
  /** A GraphQL request as JSON. */
  body: string
  isMutation: boolean
}) => Promise<SubgraphAnswer>

export interface RunOptions {
  operation: ExecutableOperation
  /** All that subgraphs know, for the conditions of fragments. */
  schema: GraphQLSchema
  /** Of Boolean variables. */
  values: ConditionValues
  /** As the client gave them, in JSON. */
  variables: VariableTexts
  /** @throws {SubgraphFailure} */
  call: CallSubgraph
  /** Whether fetches of a subgraph that are ready at the same moment may go as one request. */
  mayMerge: (serviceName: string) => boolean
  /** Answers that are there already, or on their way, by the step's index; null where they can't be told apart. */
  answered?: ReadonlyMap<number, () => Promise<GraphqlAnswer | null>>
  /** Tells the log what a subgraph did. */
  tell: (serviceName: string, failure: { code: string; message: string }) => void
  /** Learns of each fetch of which nothing came. */
  onOutage: (serviceName: string, code: FailureCode) => void
}

export interface RunResult {
  /** All answers, merged; what could not be had is marked in it. */
  tree: TreeObject
  /** Whether anything was marked as lost. */
  hasLosses: boolean
}

/** The entities of a step, and which representation stands for each. */
interface Asked {
  step: ExecutableStep
  targets: readonly TreeObject[]
  /** For each target, the index of its representation. */
  indices: readonly number[]
  representations: readonly string[]
}

/** What a step was to fill and could not; without a cause, because it could not be asked. */
interface Loss {
  step: ExecutableStep
  targets: readonly TreeObject[]
  lost: Lost | null
}

/** The objects at a path of the tree. */
function objectsAt(tree: TreeObject, path: readonly PathStep[]): TreeObject[] {
  let level: unknown[] = [tree]
  for (const step of path) {
    const next: unknown[] = []
    for (const value of level) {
      if (step !== eachItem) {
        if (isTreeObject(value)) next.push(value[step])
      } else if (Array.isArray(value)) for (const item of value) next.push(item)
    }
    level = next
  }
  return level.filter(isTreeObject)
}

/** Says of an answer that can't be used why, in the one way in which calls fail. */
const badAnswer = (message: string) => new SubgraphFailure('SUBGRAPH_BAD_RESPONSE', message)

/**
 * Runs the steps of an operation, each as soon as what it waits for is there. Whatever a subgraph does ends up in the
 * tree, as a value or as a loss; this never rejects because of one.
 */
export async function runOperation({
  operation,
  schema,
  values,
  variables,
  call,
  mayMerge,
  answered = new Map(),
  tell,
  onOutage,
}: RunOptions): Promise<RunResult> {
  const { steps } = operation
  const tree: TreeObject = {}
  const losses: Loss[] = []
  /** What each step has found at its path when its turn came. */
  const found = new Map<ExecutableStep, ReadonlySet<TreeObject>>()
  let hasLosses = false

  const appliesTo = (conditions: readonly string[], typename: unknown): boolean =>
    conditions.every((condition) => {
      if (typeof typename !== 'string') return isObjectType(schema.getType(condition))
      return meetsCondition(schema, condition, typename)
    })
  const marking = { values, appliesTo }

  function lose(step: ExecutableStep, targets: readonly TreeObject[], lost: Lost | null): void {
    if (targets.length > 0) losses.push({ step, targets, lost })
  }

  /**
   * Nothing was asked for objects that were not there yet when a step's turn came, as what it waited for had failed, and
   * that another fetch has given since.
   */
  function loseLateObjects(step: ExecutableStep): void {
    if (!step.requires || !isWanted(step.conditions, values)) return
    const known = found.get(step)
    const late = objectsAt(tree, step.path).filter((object) => !known?.has(object))
    lose(step, late, null)
  }

  /** Why an entity could not be told of: something that had to be told is lost, or is none of what was asked for. */
  function causeOf(step: ExecutableStep, target: TreeObject): Lost {
    const representation = step.representationFor(values)
    const lost = representation?.findLost(target)
    if (lost) return lost
    const lie = representation?.findLie(target)
    const way = step.path.filter((each) => each !== eachItem)
    const liar = lie && operation.supplierOf([...way, ...lie.keys], lie.typename)
    if (lie && liar !== undefined)
      tell(liar, {
        code: 'SUBGRAPH_BAD_RESPONSE',
        message: `its answer does not fit its schema at ${[...way, ...lie.keys].join('.')}, which ${step.serviceName} has to be told`,
      })
    return new Lost('SUBGRAPH_BAD_RESPONSE', liar ?? step.serviceName)
  }

  /** Marks what is lost, once all that came is there: what another subgraph has given is not. Causes come before effects. */
  function settleLosses(): void {
    if (losses.length > 0) for (const step of steps) loseLateObjects(step)
    for (const { step, targets, lost } of losses) {
      for (const target of targets) {
        markFields(target, step.fields, lost ?? causeOf(step, target), marking)
      }
    }
  }

  function lossOf(serviceName: string) {
    return (error: GraphqlAnswerError): Lost => {
      const lost = lossOfError(error, serviceName)
      if (lost.code === 'INTERNAL_SERVER_ERROR' || lost.code === 'SUBGRAPH_BAD_RESPONSE')
        tell(serviceName, {
          code: lost.code,
          message: `it answered with the error ${JSON.stringify(error.message.slice(0, 1000))}`,
        })
      hasLosses = true
      return lost
    }
  }

  /** What a failed call costs. */
  function lossOfFailure(serviceName: string, failure: unknown): Lost {
    if (!(failure instanceof SubgraphFailure)) throw failure
    tell(serviceName, failure)
    onOutage(serviceName, failure.code)
    return new Lost(failure.code, serviceName)
  }

  function takeRoot({ step, targets }: Asked, { data, errors }: GraphqlAnswer): void {
    const [first] = errors ?? []
    if (!data) {
      // All of it is gone, whatever the errors' paths say: a null went up through a type that allows none.
      const lost = lossOf(step.serviceName)(first ?? { message: '' })
      if (lost.code === 'SUBGRAPH_BAD_RESPONSE') onOutage(step.serviceName, lost.code)
      lose(step, targets, lost)
      return
    }
    if (errors) placeErrors(data, { errors, fields: step.fields, values, lossOf: lossOf(step.serviceName) })
    if (step.hasRenames) rename(data, step.fields)
    for (const target of targets) step.merge(target, data)
  }

  function takeEntities(
    { step, targets, indices }: Asked,
    entities: unknown[],
    root: string,
    errors: readonly GraphqlAnswerError[] | undefined,
  ): void {
    if (errors)
      placeEntityErrors(entities, root, {
        errors,
        fields: step.fields,
        values,
        lossOf: lossOf(step.serviceName),
      })
    if (step.hasRenames) rename(entities, step.fields)
    for (const [at, target] of targets.entries()) takeEntity(step, target, entities[indices[at] ?? 0])
  }

  function takeEntity(step: ExecutableStep, target: TreeObject, entity: unknown): void {
    if (entity === null) markFields(target, step.fields, null, marking)
    else if (entity instanceof Lost) lose(step, [target], entity)
    else if (isTreeObject(entity) && fitsType(entity.__typename, target.__typename))
      step.merge(target, entity)
    else {
      tell(step.serviceName, {
        code: 'SUBGRAPH_BAD_RESPONSE',
        message: 'an entity of its answer is not of the type that was asked for',
      })
      lose(step, [target], new Lost('SUBGRAPH_BAD_RESPONSE', step.serviceName))
    }
  }

  /** Whether an entity may be what it says, of what was asked for; what says nothing may be anything. */
  function fitsType(said: unknown, asked: unknown): boolean {
    if (said === undefined || said === asked || typeof asked !== 'string') return true
    if (typeof said !== 'string') return false
    return appliesTo([asked], said) || appliesTo([said], asked)
  }

  function entitiesOf(
    { representations }: Asked,
    data: GraphqlAnswer['data'],
    key: string,
  ): unknown[] | SubgraphFailure {
    const entities = data?.[key]
    // Without one entity for each representation nobody can tell which is whose.
    if (Array.isArray(entities) && entities.length === representations.length) return entities
    const got = Array.isArray(entities) ? `${entities.length} entities` : 'no list of entities'
    return badAnswer(`it answered with ${got} for ${representations.length} representations`)
  }

  function takeAlone(asked: Asked, answer: GraphqlAnswer): void {
    const { step, targets } = asked
    if (!step.requires || !answer.data) {
      takeRoot(asked, answer)
      return
    }
    const entities = entitiesOf(asked, answer.data, '_entities')
    if (entities instanceof SubgraphFailure) lose(step, targets, lossOfFailure(step.serviceName, entities))
    else takeEntities(asked, entities, '_entities', answer.errors)
  }

  async function sendAlone(asked: Asked): Promise<void> {
    const { step, targets } = asked
    const { serviceName, isMutation } = step
    try {
      const known = await answered.get(step.index)?.()
      if (known) {
        takeAlone(asked, known)
        return
      }
      const body = step.requires ? entityBody(asked, variables) : rootBody(step, variables)
      const answer = await call({ serviceName, body, isMutation })
      takeAlone(asked, answer.read())
    } catch (failure) {
      lose(step, targets, lossOfFailure(serviceName, failure))
    }
  }

  /**
   * Sends several fetches as one request. Nobody is to lose by that: where the answer can't be told apart, or one part
   * of it fails, each is sent again by itself.
   */
  async function sendTogether(group: readonly Asked[]): Promise<void> {
    const [first] = group
    const serviceName = first?.step.serviceName ?? ''
    try {
      const answer = await call({ serviceName, body: mergedBody(group, variables), isMutation: false })
      const parts = partsOf(group, answer.read())
      if (parts)
        for (const { asked, entities, key, errors } of parts) takeEntities(asked, entities, key, errors)
      else await Promise.all(group.map(sendAlone))
    } catch (failure) {
      if (failure instanceof SubgraphFailure && failure.code === 'SUBGRAPH_BAD_RESPONSE')
        await Promise.all(group.map(sendAlone))
      else {
        const lost = lossOfFailure(serviceName, failure)
        for (const { step, targets } of group) lose(step, targets, lost)
      }
    }
  }

  function partsOf(group: readonly Asked[], { data, errors = [] }: GraphqlAnswer) {
    const keys = group.map((_, index) => partKey(index))
    const byKey = new Map(keys.map((key): [string, GraphqlAnswerError[]] => [key, []]))
    for (const error of errors) {
      const own = byKey.get(String(error.path?.[0]))
      if (!own) return null
      own.push(error)
    }
    const parts = group.map((asked, index) => {
      const key = keys[index] ?? ''
      const own = byKey.get(key) ?? []
      return { asked, key, entities: entitiesOf(asked, data, key), errors: own.length > 0 ? own : undefined }
    })
    return parts.every(
      (part): part is typeof part & { entities: unknown[] } => !(part.entities instanceof SubgraphFailure),
    )
      ? parts
      : null
  }

  /** The entities of a step that can be asked for. */
  function askFor(step: ExecutableStep): Asked {
    const objects = objectsAt(tree, step.path)
    found.set(step, new Set(objects))
    const representation = step.representationFor(values)
    if (!representation) return { step, targets: objects, indices: [], representations: [] }
    const { write } = representation
    const targets: TreeObject[] = []
    const indices: number[] = []
    const known = new Map<string, number>()
    const unasked: TreeObject[] = []
    for (const object of objects) {
      let text: string | null | undefined
      try {
        text = write(object)
      } catch (error) {
        if (error !== mismatch) throw error
        unasked.push(object)
        continue
      }
      if (text === undefined) continue
      if (text === null) {
        markFields(object, step.fields, null, marking)
        continue
      }
      let index = known.get(text)
      if (index === undefined) {
        index = known.size
        known.set(text, index)
      }
      targets.push(object)
      indices.push(index)
    }
    lose(step, unasked, null)
    return { step, targets, indices, representations: [...known.keys()] }
  }

  async function send(group: readonly Asked[]): Promise<void> {
    const unknown = group.filter(({ step }) => !answered.has(step.index))
    const known = group.filter(({ step }) => answered.has(step.index)).map(sendAlone)
    const [first, ...others] = unknown
    if (first) await (others.length === 0 ? sendAlone(first) : sendTogether(unknown))
    await Promise.all(known)
  }

  await scheduleSteps({
    steps,
    values,
    mayMerge,
    ask(step) {
      const asked = askFor(step)
      return asked.targets.length > 0 ? [asked] : []
    },
    send,
  })
  settleLosses()
  return { tree, hasLosses: hasLosses || losses.length > 0 }
}
