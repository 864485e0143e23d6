import { describe, expect, test } from 'vitest'
import { type Answer, brokenPromises, type Trial } from './broken-promises.ts'

const good: Answer = {
  status: 200,
  text: '',
  data: { me: { id: 'ada', cart: { id: 'c1' } }, products: [{ title: 'Lamp', rating: 5 }] },
  errors: [],
  elapsedMs: 10,
}
const error = {
  message: 'The subgraph could not be reached.',
  path: ['products', 0, 'rating'],
  extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'reviews' },
}
const bad: Answer = {
  ...good,
  data: { me: { id: 'ada', cart: { id: 'c1' } }, products: [{ title: 'Lamp', rating: null }] },
  errors: [error],
}
const prediction: Trial['prediction'] = {
  lost: [['products', 0, 'rating']],
  subgraphs: [['reviews']],
  uncertain: [],
  nowhere: [],
  isTheirs: (path) => path.join() === 'products,0,rating',
  isAnything: () => false,
}
const lie = { query: 'query { _entities { rating } }', body: '', wasHarmed: true }
const trial: Trial = {
  outage: 'refused',
  failed: new Set(['reviews']),
  isMutation: false,
  good,
  bad,
  prediction,
  journal: [],
  writes: [],
  deadlineMs: 1000,
  secrets: ['127.0.0.2:4001'],
}

test('what was predicted breaks no promise', () => {
  expect(brokenPromises(trial)).toEqual([])
})

const withError = (change: object): Partial<Trial> => ({ bad: { ...bad, errors: [{ ...error, ...change }] } })
const withExtensions = (change: object) => withError({ extensions: { ...error.extensions, ...change } })
const withData = (data: unknown): Partial<Trial> => ({ bad: { ...bad, data } })

describe('a promise is broken by', () => {
  test.each<[string, Partial<Trial>]>([
    ['a status that is no success', { bad: { ...bad, status: 500 } }],
    ['a loss that was not predicted', { prediction: { ...prediction, lost: [], subgraphs: [] } }],
    [
      'a prediction that did not come true',
      {
        prediction: { ...prediction, lost: [...prediction.lost, ['me']], subgraphs: [['reviews'], ['cart']] },
      },
    ],
    [
      'a loss higher than was predicted',
      { ...withData({ me: null, products: [{ title: 'Lamp', rating: null }] }) },
    ],
    [
      'another value of a healthy subgraph',
      withData({ ...Object(bad.data), me: { id: 'bob', cart: { id: 'c1' } } }),
    ],
    [
      'another order of names',
      withData({ products: [{ title: 'Lamp', rating: null }], me: { id: 'ada', cart: { id: 'c1' } } }),
    ],
    ['a list of another length', withData({ ...Object(bad.data), products: [] })],
    ['a loss without an error', { bad: { ...bad, errors: [] } }],
    ['two errors of one loss', { bad: { ...bad, errors: [error, error] } }],
    ['an error where nothing is lost', withError({ path: ['me', 'id'] })],
    ['an error without a path', withError({ path: undefined })],
    ['another code than the outage has', withExtensions({ code: 'INTERNAL_SERVER_ERROR' })],
    ['a healthy subgraph that is blamed', withExtensions({ serviceName: 'cart' })],
    [
      'another of the failed ones that is blamed',
      { ...withExtensions({ serviceName: 'cart' }), failed: new Set(['reviews', 'cart']) },
    ],
    ['more than has to be told', withExtensions({ stacktrace: [] })],
    ['an inside address', withError({ message: 'connect to 127.0.0.2:4001' })],
    ['what a subgraph said', withError({ message: 'upstream-7.internal' })],
    ['a write that was sent twice', { writes: ['mutation { a }', 'mutation { a }'] }],
    ['an answer that comes late', { bad: { ...bad, elapsedMs: 2001 } }],
    ['a loss where nobody lied', { outage: 'wrong types', journal: [{ ...lie, wasHarmed: false }] }],
    [
      'a loss of others than who lied',
      {
        outage: 'wrong types',
        journal: [lie],
        prediction: { ...prediction, lost: [], isTheirs: () => false },
      },
    ],
    [
      'entities of a wrong number that cost nothing',
      { outage: 'fewer entities', journal: [lie], bad: { ...good } },
    ],
  ])('%s', (_, change) => {
    expect(brokenPromises({ ...trial, ...change })).not.toEqual([])
  })
})

describe('no promise is broken by', () => {
  test.each<[string, Partial<Trial>]>([
    ['what is known to be down', withExtensions({ code: 'SUBGRAPH_CIRCUIT_OPEN' })],
    [
      'an error at what is null on a good day as well',
      {
        good: bad,
        prediction: { ...prediction, lost: [], subgraphs: [], nowhere: prediction.lost },
      },
    ],
    [
      'what may be lost or not',
      { prediction: { ...prediction, lost: [], subgraphs: [], uncertain: prediction.lost } },
    ],
    ['a restart that a retry has mended', { outage: 'restart', bad: good }],
    [
      'a lie about what may be anything',
      {
        outage: 'wrong types',
        journal: [lie],
        prediction: { ...prediction, isAnything: () => true },
        bad: { ...good, data: { ...Object(good.data), products: [{ title: 'Lamp', rating: {} }] } },
      },
    ],
    [
      'an entity that is said not to exist',
      { outage: 'lost entities', journal: [lie], bad: { ...bad, errors: [] } },
    ],
  ])('%s', (_, change) => {
    expect(brokenPromises({ ...trial, ...change })).toEqual([])
  })
})
