import {
  type FieldNode,
  type GraphQLEnumType,
  GraphQLError,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { Shape, SubgraphFacts, SupergraphFacts } from './supergraph-facts.ts'

/** An object of the universe: nothing but who it is. All its values follow from that. */
export interface Thing {
  __typename: string
  identity: string
  /** Which one it is, among those of its type. */
  number: number
  /** What the gateway asked for it with. */
  representation?: Record<string, unknown>
}

/** What the values of a universe are drawn by. */
export interface World {
  seed: number
  /** How often a field that may be null is null. */
  nullRate: number
  /** How often a value can't be had. */
  errorRate: number
  /** Whether no error takes the object along that it is of. */
  sparesObjects?: boolean
}

type Args = Readonly<Record<string, unknown>>

const population = 6
const codes = ['FORBIDDEN', 'UNAUTHENTICATED', 'BAD_USER_INPUT', null] as const
const strings = ['', 'é "\\ \n', '🙂', 'null', '__typename', 'lamp', 'desk', 'chair', 'rug', 'vase']
/** What a client must get as it is, whatever it looks like. */
const anything = [
  ...[{ id: '1', __typename: 'Product', name: null }, { b: 1, a: [null, { c: 0.5 }] }, [[], [1, null]], {}],
  ...['text', 7, false, 1e21],
]

/** A number of 32 bits that looks random: FNV-1a, stirred. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

function pick<Value>(values: readonly Value[], text: string): Value {
  const value = values[hash(text) % values.length]
  if (value === undefined) throw new Error(`there is nothing to pick from for ${text}`)
  return value
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isThing = (value: unknown): value is Thing =>
  isObject(value) && typeof value.identity === 'string' && typeof value.__typename === 'string'

/** As JSON, with names in the order of the alphabet, so that one value has one text. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, below: unknown) =>
    isObject(below) ? Object.fromEntries(Object.entries(below).sort(([a], [b]) => (a < b ? -1 : 1))) : below,
  )

/**
 * The data of a supergraph, as a function of the seed, of who an object is, of the field and of its arguments. So
 * each subgraph's resolvers agree with each other and with those of one server that has all of it, and share nothing.
 */
export function createUniverse(facts: SupergraphFacts) {
  const { fullSchema, apiSchema, familyOf, membersOf } = facts
  let world: World = { seed: 0, nullRate: 0, errorRate: 0 }
  /** What the gateway asked that it must not ask. */
  const complaints: string[] = []
  /** Each mutation as it takes effect. */
  const effects: string[] = []

  function complain(text: string): Error {
    complaints.push(text)
    return new Error(text)
  }

  const chance = (text: string, rate: number) => rate > 0 && hash(`${world.seed} ${text}`) < rate * 2 ** 32

  /** What those of a family are: each keeps its type in all worlds. */
  const typeOfNumber = (family: string, number: number): string => {
    const members = membersOf(family)
    return members[number % members.length] ?? family
  }

  function thing(__typename: string, place: string, number?: number): Thing {
    if (!facts.numbered.has(__typename)) {
      return { __typename, identity: `${__typename} ${hash(place)} ${hash(`${place} again`)}`, number: 0 }
    }
    const family = familyOf(__typename)
    const candidates = Array.from({ length: population }, (_, candidate) => candidate + 1).filter(
      (candidate) => typeOfNumber(family, candidate) === __typename,
    )
    const chosen = number ?? pick(candidates, `${world.seed} ${place} number`)
    return { __typename, identity: `${family} ${chosen}`, number: chosen }
  }

  /** What clients must not see can't be had by them. */
  function visibleValues(type: GraphQLEnumType): string[] {
    const visible = apiSchema.getType(type.name)
    return (isEnumType(visible) ? visible : type).getValues().map((value) => value.name)
  }

  function leaf(name: string, place: string): unknown {
    const drawn = hash(`${world.seed} ${place}`)
    const type = fullSchema.getType(name)
    if (isEnumType(type)) return pick(visibleValues(type), `${world.seed} ${place}`)
    switch (name) {
      case 'Int':
        return (drawn % 200) - 20
      case 'Float':
        return (drawn % 2000) / 8
      case 'Boolean':
        return drawn % 2 === 0
      case 'ID':
        return `${drawn % 1000}`
      case 'String':
        return drawn % 3 === 0 ? pick(strings, place) : `word ${drawn % 1000}`
      default:
        return pick(anything, `${world.seed} ${place}`)
    }
  }

  function make(shape: Shape, place: string, isSound: boolean): unknown {
    if (shape.nullable && chance(`${place} null`, world.nullRate)) return null
    if (!isSound && chance(`${place} error`, world.errorRate)) {
      const code = pick(codes, place)
      return new GraphQLError(`no ${hash(place) % 1000} for you`, code ? { extensions: { code } } : {})
    }
    const { item, types } = shape
    if (item) {
      const length = pick([0, 1, 2, 2, 3], `${world.seed} ${place} length`)
      return Array.from({ length }, (_, index) => make(item, `${place}.${index}`, isSound))
    }
    const type = pick(types, `${world.seed} ${place} type`)
    return isLeafType(fullSchema.getType(type)) ? leaf(type, place) : thing(type, place)
  }

  function keyValue({ number }: Thing, field: string, { types }: Shape): unknown {
    const [name = ''] = types
    const type = fullSchema.getType(name)
    if (!isLeafType(type)) return thing(pick(types, `${number}`), '', number)
    if (isEnumType(type)) return visibleValues(type)[number % visibleValues(type).length]
    if (name === 'Int') return number
    if (name === 'Boolean') return number % 2 === 0
    return name === 'ID' ? `${number}` : `${field}-${number}`
  }

  /** Null where it can't be told from this value alone. */
  function numberIn(value: unknown, name: string): number | null {
    if (isEnumType(fullSchema.getType(name)) || name === 'Boolean') return null
    return Number(String(value).replace(/^.*-/, ''))
  }

  /** A value of an object; `required` is what it is computed from. */
  function fieldValue(source: Thing, field: string, args: Args, required: unknown): unknown {
    const { __typename } = source
    const coordinate = `${familyOf(__typename)}.${field}`
    const shape = facts.shapeOf(__typename, field)
    if (facts.keyFields.has(coordinate)) return keyValue(source, field, shape)
    const basis = required === undefined ? '' : ` of ${textOf(required)}`
    const place = `${source.identity}.${field}(${textOf(args)})${basis}`
    const isSound =
      facts.requiredFields.has(coordinate) ||
      !shape.isUniform ||
      (world.sparesObjects === true && !shape.nullable)
    return make(shape, place, isSound)
  }

  const isOfType = (typename: string, condition: string) => {
    const type = fullSchema.getType(condition)
    const named = fullSchema.getType(typename)
    return (
      typename === condition ||
      (isAbstractType(type) && isObjectType(named) && fullSchema.isSubType(type, named))
    )
  }

  /** The argument values of a field of a field set. */
  function argsOf(typename: string, node: FieldNode): Args {
    const type = fullSchema.getType(typename)
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    return field ? getArgumentValues(field, node) : {}
  }

  /** What a selection gives of an object that is all here. */
  function evaluate(value: unknown, { selections }: SelectionSetNode): unknown {
    if (Array.isArray(value))
      return value.map((item) => evaluate(item, { kind: Kind.SELECTION_SET, selections }))
    if (!isThing(value)) return value
    return selections.reduce<Record<string, unknown>>((gathered, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return gathered
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value ?? value.__typename
        if (!isOfType(value.__typename, condition)) return gathered
        return Object.assign(gathered, evaluate(value, node.selectionSet))
      }
      const below = wholeValue(value, node.name.value, argsOf(value.__typename, node))
      gathered[node.name.value] = node.selectionSet ? evaluate(below, node.selectionSet) : below
      return gathered
    }, {})
  }

  const hasAll = (value: Record<string, unknown>, { selections }: SelectionSetNode) =>
    selections.every((node) => node.kind !== Kind.FIELD || value[node.name.value] !== undefined)

  /** The same of a representation. */
  function extract(value: unknown, { selections }: SelectionSetNode, at: string): unknown {
    if (Array.isArray(value))
      return value.map((item) => extract(item, { kind: Kind.SELECTION_SET, selections }, at))
    if (value === null) return null
    if (!isObject(value)) throw complain(`${at} of a representation is ${JSON.stringify(value)}`)
    return selections.reduce<Record<string, unknown>>((gathered, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return gathered
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value
        // A planner leaves it to the executor whether a representation's parts say their type.
        const typename = typeof value.__typename === 'string' ? value.__typename : null
        const isMeant =
          condition === undefined ||
          (typename === null ? hasAll(value, node.selectionSet) : isOfType(typename, condition))
        if (!isMeant) return gathered
        return Object.assign(gathered, extract(value, node.selectionSet, at))
      }
      const name = node.name.value
      const below = value[name]
      if (below === undefined) throw complain(`a representation lacks ${at}.${name}`)
      gathered[name] = node.selectionSet ? extract(below, node.selectionSet, `${at}.${name}`) : below
      return gathered
    }, {})
  }

  function requirementOf(typename: string, field: string): SelectionSetNode | undefined {
    for (const { requires } of facts.subgraphs) {
      const fieldSet = requires.get(`${typename}.${field}`) ?? requires.get(`${familyOf(typename)}.${field}`)
      if (fieldSet) return fieldSet
    }
    return undefined
  }

  /** A value as somebody computes it who has everything. */
  function wholeValue(source: Thing, field: string, args: Args): unknown {
    const fieldSet = requirementOf(source.__typename, field)
    return fieldValue(source, field, args, fieldSet && evaluate(source, fieldSet))
  }

  const rootThing = (__typename: string): Thing => ({ __typename, identity: __typename, number: 0 })

  function noteEffect(typename: string, field: string, args: Args) {
    if (typename === 'Mutation') effects.push(`${field}(${textOf(args)})`)
  }

  /** Which numbers a representation's key says; null when it has not all of the key. */
  function numbersOf(
    representation: Record<string, unknown>,
    { selections }: SelectionSetNode,
    typename: string,
  ): { value: unknown; name: string; field: string }[] | null {
    const type = fullSchema.getType(typename)
    if (!isObjectType(type) && !isInterfaceType(type)) return null
    const read = selections.map((node) => {
      if (node.kind !== Kind.FIELD) return null
      const name = node.name.value
      const value = representation[name]
      const field = type.getFields()[name]
      if (value === undefined || value === null || !field) return null
      const below = getNamedType(field.type).name
      if (!node.selectionSet) return [{ value, name: below, field: name }]
      return isObject(value) ? numbersOf(value, node.selectionSet, below) : null
    })
    return read.every((values) => values !== null) ? read.flat() : null
  }

  return {
    /** What has been asked amiss and what has taken effect since it was last asked for. */
    takeNotes() {
      return { complaints: complaints.splice(0), effects: effects.splice(0) }
    },
    /** Another world begins. */
    enter(next: World) {
      world = next
    },
    /** Resolves a field for a server that has everything. */
    resolveWhole(source: unknown, typename: string, field: string, args: Args): unknown {
      noteEffect(typename, field, args)
      return wholeValue(isThing(source) ? source : rootThing(typename), field, args)
    },
    /** Resolves a field for a subgraph. */
    resolveIn(
      subgraph: SubgraphFacts,
      source: unknown,
      typename: string,
      field: string,
      args: Args,
    ): unknown {
      noteEffect(typename, field, args)
      const coordinate = `${typename}.${field}`
      if (subgraph.overridden.has(coordinate)) {
        throw complain(`${subgraph.name} was asked for ${coordinate}, which another has taken over`)
      }
      const from = isThing(source) ? source : rootThing(typename)
      const fieldSet = subgraph.requires.get(coordinate)
      if (!fieldSet) return fieldValue(from, field, args, undefined)
      if (!from.representation) {
        throw complain(`${subgraph.name} was asked for ${coordinate} without what it requires`)
      }
      return fieldValue(from, field, args, extract(from.representation, fieldSet, typename))
    },
    /** The object that a representation stands for. */
    find(subgraph: SubgraphFacts, typename: string, representation: Record<string, unknown>): Thing {
      const keys = subgraph.keys.get(typename) ?? []
      const read = keys.map((key) => numbersOf(representation, key, typename)).filter((key) => key !== null)
      const shown = `the representation ${JSON.stringify(representation)} in ${subgraph.name}`
      if (read.length === 0) throw complain(`${shown} has no key`)
      const parts = read.flat()
      const numbers = parts
        .map(({ value, name }) => numberIn(value, name))
        .filter((number) => number !== null)
      const [number = 0] = numbers
      const family = familyOf(typename)
      const found = { __typename: typeOfNumber(family, number), identity: `${family} ${number}`, number }
      const fits = parts.every(
        ({ value, name, field }) =>
          value === keyValue(found, field, { nullable: false, item: null, types: [name], isUniform: true }),
      )
      if (!fits) throw complain(`${shown} is a mix of several`)
      const isAbstract =
        subgraph.interfaceObjects.has(typename) || isInterfaceType(fullSchema.getType(typename))
      if (!isAbstract && found.__typename !== typename) throw complain(`${shown} has not its true type`)
      return { ...found, representation }
    },
  }
}

export type Universe = ReturnType<typeof createUniverse>
