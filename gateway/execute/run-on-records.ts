import type { ConditionValues } from '../plan/fetch-field.ts'
import type { GraphqlAnswer, SubgraphAnswer } from '../transport/call-subgraph.ts'
import { SubgraphFailure } from '../transport/subgraph-failure.ts'
import type { AnswerLayout, Place, Position } from './answer-layout.ts'
import {
  type AnswerRecords,
  allocate,
  closeRecords,
  type ExpectedData,
  openRecords,
  scanAnswer,
  slotMarks,
  unexpected,
} from './answer-records.ts'
import { entityBody, mergedBody, partKey, rootBody, type VariableTexts } from './entity-request.ts'
import type { ExecutableOperation, ExecutableStep } from './executable-operation.ts'
import type { WrittenBytes } from './output-bytes.ts'
import type { ResponseWriter } from './record-writer.ts'
import type { CallSubgraph, RunOptions } from './run-operation.ts'
import { scheduleSteps } from './schedule-steps.ts'
import { mismatch } from './text-writer.ts'

interface RunOnRecordsOptions {
  operation: ExecutableOperation
  layout: AnswerLayout
  write: ResponseWriter
  /** Of Boolean variables. */
  values: ConditionValues
  /** As the client gave them, in JSON. */
  variables: VariableTexts
  /** @throws {SubgraphFailure} */
  call: CallSubgraph
  mayMerge: RunOptions['mayMerge']
}

export interface RecordsResult {
  /** The response's data; null where it could not be written. */
  json: WrittenBytes | null
  /** What has been asked, and is not to be asked again, by the step's index. */
  answered: ReadonlyMap<number, () => Promise<GraphqlAnswer | null>>
}

/** What is asked for a step, and the records of those that it is asked for. */
interface Asked {
  step: ExecutableStep
  targets: readonly number[]
  /** For each target, the index of its representation. */
  indices: readonly number[]
  representations: readonly string[]
}

/** Adds the records of the objects that a slot leads to, through lists of any depth. */
function addObjects(ints: Int32Array, slot: number, objects: number[]): void {
  const mark = ints[slot]
  const at = ints[slot + 1] ?? 0
  if (mark === slotMarks.object) objects.push(at)
  if (mark !== slotMarks.list) return
  const count = ints[at] ?? 0
  for (let item = 0; item < count; item++) addObjects(ints, at + 1 + 2 * item, objects)
}

/** Of an answer to several fetches, the part of one; null where it can't be told apart from the others. */
async function partOf(
  answer: Promise<SubgraphAnswer>,
  key: string,
  keys: readonly string[],
): Promise<GraphqlAnswer | null> {
  try {
    const { data, errors = [] } = (await answer).read()
    if (!data || !errors.every(({ path }) => keys.includes(String(path?.[0])))) return null
    const own = errors.filter(({ path }) => path?.[0] === key)
    return {
      data: { _entities: data[key] },
      ...(own.length > 0 && {
        errors: own.map((error) => ({ ...error, path: ['_entities', ...(error.path ?? []).slice(1)] })),
      }),
    }
  } catch (error) {
    if (error instanceof SubgraphFailure && error.code === 'SUBGRAPH_BAD_RESPONSE') return null
    throw error
  }
}

/**
 * Runs the steps of an operation and writes the response without making objects of the answers: values are copied
 * from text to text. It takes the good day's way only. Where an answer is anything else, it gives up, and what was
 * asked so far is taken up by who can tell what is wrong.
 */
export async function runOnRecords(options: RunOnRecordsOptions): Promise<RecordsResult> {
  const records = openRecords()
  const answered = new Map<number, () => Promise<GraphqlAnswer | null>>()
  const run = createRun(options, records, answered)
  try {
    const { operation, values, mayMerge } = options
    await scheduleSteps({ steps: operation.steps, values, mayMerge, ...run })
    return { json: options.write(records, run.root), answered }
  } catch (error) {
    if (error !== unexpected && error !== mismatch && !(error instanceof SubgraphFailure)) throw error
    return { json: null, answered }
  } finally {
    run.end()
    closeRecords(records)
  }
}

function createRun(
  { layout, variables, call }: RunOnRecordsOptions,
  records: AnswerRecords,
  answered: Map<number, () => Promise<GraphqlAnswer | null>>,
) {
  const root = allocate(records, layout.rootSize)
  const objectsOf = new Map<Position, readonly number[]>()
  let isOver = false

  /** The record that a place is in, of an object's; 0 where there is none. */
  const recordAt = (object: number, { link }: Place): number =>
    link === null ? object : (records.ints[object + link] ?? 0)

  /** The objects at a position: what leads there has come, or nothing would be asked of them. */
  function objectsAt(position: Position): readonly number[] {
    const known = objectsOf.get(position)
    if (known) return known
    const { from } = position
    const objects: number[] = []
    if (from === null) objects.push(root)
    else
      for (const parent of objectsAt(from.position)) {
        const record = recordAt(parent, from.place)
        if (record !== 0) addObjects(records.ints, record + from.place.field.slot, objects)
      }
    objectsOf.set(position, objects)
    return objects
  }

  /** Where in the records a value stands, which is there and is not null. */
  function slotOf(object: number, place: Place): number {
    const record = recordAt(object, place)
    const slot = record + place.field.slot
    if (record === 0 || (records.ints[slot] ?? 0) <= 0) throw unexpected
    return slot
  }

  function bodyOf(object: number, place: Place): Buffer {
    const body = records.bodies[records.ints[recordAt(object, place)] ?? 0]
    if (!body) throw unexpected
    return body
  }

  function valueAt(object: number, place: Place): string {
    const slot = slotOf(object, place)
    return bodyOf(object, place).toString('latin1', records.ints[slot], records.ints[slot + 1])
  }

  /** A number that is the same for objects with the same values. */
  function hashOf(object: number, members: readonly { place: Place }[]): number {
    let hash = 0
    for (const { place } of members) {
      const slot = slotOf(object, place)
      const body = bodyOf(object, place)
      const end = records.ints[slot + 1] ?? 0
      for (let at = records.ints[slot] ?? 0; at < end; at++)
        hash = (Math.imul(hash, 31) + (body[at] ?? 0)) | 0
    }
    return hash
  }

  function hasSameValues(object: number, other: number, members: readonly { place: Place }[]): boolean {
    for (const { place } of members) {
      const [slot, otherSlot] = [slotOf(object, place), slotOf(other, place)]
      const [body, otherBody] = [bodyOf(object, place), bodyOf(other, place)]
      const start = records.ints[slot] ?? 0
      const otherStart = records.ints[otherSlot] ?? 0
      const length = (records.ints[slot + 1] ?? 0) - start
      if (length !== (records.ints[otherSlot + 1] ?? 0) - otherStart) return false
      for (let at = 0; at < length; at++) if (body[start + at] !== otherBody[otherStart + at]) return false
    }
    return true
  }

  function askFor(step: ExecutableStep): Asked {
    const entities = layout.entities.get(step.index)
    if (!entities) return { step, targets: [root], indices: [], representations: [] }
    const { position, beginning, members } = entities
    const targets = objectsAt(position)
    const indices: number[] = []
    const representations: string[] = []
    /** The object that each representation was made of, and by hash the last of them. */
    const samples: number[] = []
    const known = new Map<number, number>()
    for (const object of targets) {
      // Most objects are the same as one before: to look is cheaper than to make a text for each.
      const hash = hashOf(object, members)
      let index = known.get(hash)
      if (index === undefined || !hasSameValues(object, samples[index] ?? 0, members)) {
        index = representations.length
        known.set(hash, index)
        samples.push(object)
        const told = members.map(({ label, place }) => label + valueAt(object, place))
        representations.push(`${beginning}${told.join('')}}`)
      }
      indices.push(index)
    }
    return { step, targets, indices, representations }
  }

  /** What is told is put together from texts of one character for each byte. */
  const asText = (told: string) => (records.hasWideText ? Buffer.from(told, 'latin1').toString('utf8') : told)

  const readable = (asked: Asked): Asked => ({
    ...asked,
    representations: asked.representations.map(asText),
  })

  function request(group: readonly Asked[]): Promise<SubgraphAnswer> {
    const [first] = group
    if (!first) throw unexpected
    const { step } = first
    const { serviceName, isMutation } = step
    const sent = group.map(readable)
    const [alone] = sent
    const body =
      group.length > 1
        ? mergedBody(sent, variables)
        : step.requires && alone
          ? entityBody(alone, variables)
          : rootBody(step, variables)
    const answer = call({ serviceName, body, isMutation })
    const keys = group.map((_, index) => partKey(index))
    for (const [index, { step: each }] of group.entries()) {
      const key = keys[index] ?? ''
      answered.set(
        each.index,
        group.length > 1 ? () => partOf(answer, key, keys) : async () => (await answer).read(),
      )
    }
    return answer
  }

  function expectedOf(group: readonly Asked[]): ExpectedData {
    const [first] = group
    const part = first && layout.roots.get(first.step.index)
    if (part) return { root: part.record }
    return {
      entities: new Map(
        group.flatMap(({ step, representations }, index) => {
          const entities = layout.entities.get(step.index)
          const key = group.length > 1 ? partKey(index) : '_entities'
          return entities
            ? [[key, { record: entities.part.record, count: representations.length }] as const]
            : []
        }),
      ),
    }
  }

  function take(group: readonly Asked[], { body }: SubgraphAnswer): void {
    const scanned = scanAnswer(body, expectedOf(group), records)
    for (const [index, { step, targets, indices }] of group.entries()) {
      const part = layout.roots.get(step.index)
      if (part) {
        records.ints[root + part.link] = scanned.root
        continue
      }
      const link = layout.entities.get(step.index)?.part.link
      const found = scanned.entities.get(group.length > 1 ? partKey(index) : '_entities')
      if (link === undefined || !found) throw unexpected
      for (const [at, target] of targets.entries()) records.ints[target + link] = found[indices[at] ?? 0] ?? 0
    }
  }

  return {
    root,
    end() {
      isOver = true
    },
    ask(step: ExecutableStep): readonly Asked[] {
      if (isOver) throw unexpected
      const asked = askFor(step)
      return asked.targets.length > 0 ? [asked] : []
    },
    async send(group: readonly Asked[]): Promise<void> {
      const answer = await request(group)
      // The records are another operation's by now.
      if (isOver) throw unexpected
      take(group, answer)
    },
  }
}
