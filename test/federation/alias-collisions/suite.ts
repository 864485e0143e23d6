import type { Suite } from '../suite.ts'

const good = {
  id: 'g1',
  title: 'Lamp',
  price: 40,
  box: { width: 3, depth: 5 },
  code: 'c-1',
  cost: 25,
  number: 'n9',
}

export default {
  about: 'names that a client gives, and that the gateway uses itself',
  resolvers: {
    goods: {
      Query: {
        good: () => good,
        goods: () => [good],
        hit: () => [
          { __typename: 'Page', id: 'p1', title: 'Page' },
          { __typename: 'Good', ...good },
        ],
      },
      Good: { __resolveReference: () => good, size: (_, { unit }) => (unit === 'CM' ? 30 : 12) },
    },
    freight: {
      Good: {
        __resolveReference({ id, ...good }) {
          if (id !== 'g1') throw new Error('there is no such thing')
          return { id, ...good }
        },
        freight: ({ price }) => price / 10,
        crate: ({ size }) => size + 1,
        area: ({ box }) => box.width * 100 + box.depth,
        stars: (_, { max }) => max,
      },
    },
  },
  cases: [
    {
      promise: 'an alias may be the name of a required field',
      query: '{ good { price: title freight } }',
      data: { good: { price: 'Lamp', freight: 4 } },
    },
    {
      promise: 'an alias may be the name of a required field, and that field have another',
      query: '{ good { price: code cost: price freight } }',
      data: { good: { price: 'c-1', cost: 40, freight: 4 } },
    },
    {
      promise: 'an alias of another field of the same type may be the name of a required field',
      query: '{ good { price: cost freight } goods { freight price: cost cost: price } }',
      data: { good: { price: 25, freight: 4 }, goods: [{ freight: 4, price: 25, cost: 40 }] },
    },
    {
      promise: 'an alias of another field of the same type may be the name of a key',
      query: '{ good { id: number freight stars } goods { stars id: number number: id } }',
      data: { good: { id: 'n9', freight: 4, stars: 5 }, goods: [{ stars: 5, id: 'n9', number: 'g1' }] },
    },
    {
      promise: 'an alias within a required object may be the name of a required field of it',
      query: '{ good { box { width: depth depth: width } area } }',
      data: { good: { box: { width: 5, depth: 3 }, area: 305 } },
    },
    {
      promise: 'an alias may be the name of a required object',
      query: '{ good { box: title area } goods { area box: price } }',
      data: { good: { box: 'Lamp', area: 305 }, goods: [{ area: 305, box: 40 }] },
    },
    {
      promise: 'an alias may be the name of a key',
      query: '{ good { id: title freight stars } }',
      data: { good: { id: 'Lamp', freight: 4, stars: 5 } },
    },
    {
      promise: 'an alias may be the name of a key, and the key have another, in a list',
      query: '{ goods { id: code key: id stars } }',
      data: { goods: [{ id: 'c-1', key: 'g1', stars: 5 }] },
    },
    {
      promise: 'an alias of a field of another subgraph may be the name of a key',
      query: '{ goods { stars id: stars(max: 9) title: freight } }',
      data: { goods: [{ stars: 5, id: 9, title: 4 }] },
    },
    {
      promise: 'an alias of one member of a union may be the key of another',
      query: '{ hit { ... on Page { id: title } ... on Good { id: title freight } } }',
      data: { hit: [{ id: 'Page' }, { id: 'Lamp', freight: 4 }] },
    },
    {
      promise: 'the required field may be asked for with other arguments than are required',
      query: '{ good { size(unit: INCH) crate } }',
      data: { good: { size: 12, crate: 31 } },
    },
    {
      promise: 'the required field may be asked for with both',
      query:
        '{ good { size crate inches: size(unit: INCH) } goods { cm: size(unit: CM) size(unit: INCH) crate } }',
      data: { good: { size: 30, crate: 31, inches: 12 }, goods: [{ cm: 30, size: 12, crate: 31 }] },
    },
    {
      promise: 'an alias may look like one that the gateway makes',
      query: '{ good { title__alias_0: price id__alias_0: title price__alias_0: code freight id title } }',
      data: {
        good: {
          title__alias_0: 40,
          id__alias_0: 'Lamp',
          price__alias_0: 'c-1',
          freight: 4,
          id: 'g1',
          title: 'Lamp',
        },
      },
    },
    {
      promise: 'an alias may be the name of what every object of JavaScript has',
      query:
        '{ good { __proto__: title constructor: price toString: freight hasOwnProperty: stars valueOf: box { __proto__: width toString: depth } } }',
      data: {
        good: {
          ['__proto__']: 'Lamp',
          constructor: 40,
          toString: 4,
          hasOwnProperty: 5,
          valueOf: { ['__proto__']: 3, toString: 5 },
        },
      },
    },
    {
      promise: 'an object and a list may have such a name, and lead on',
      query: '{ __proto__: good { freight } constructor: goods { stars __proto__: box { width } } }',
      data: {
        ['__proto__']: { freight: 4 },
        constructor: [{ stars: 5, ['__proto__']: { width: 3 } }],
      },
    },
    {
      promise: 'an alias may be the name of the fields by which subgraphs are asked',
      query:
        '{ _entities: good { _entities: freight _service: title } _service: goods { __typename stars } }',
      data: { _entities: { _entities: 4, _service: 'Lamp' }, _service: [{ __typename: 'Good', stars: 5 }] },
    },
    {
      promise: 'an alias may be the name that types have',
      query: '{ good { __typename: title freight } hit { ... on Good { __typename: title stars } } }',
      data: { good: { __typename: 'Lamp', freight: 4 }, hit: [{}, { __typename: 'Lamp', stars: 5 }] },
    },
    {
      promise: 'variables may be named as those of the gateway',
      query:
        'query ($representations: Int, $v0: Int) { good { stars(max: $representations) other: stars(max: $v0) } }',
      variables: { representations: 8, v0: 2 },
      data: { good: { stars: 8, other: 2 } },
    },
  ],
} satisfies Suite
