import type { Suite } from '../suite.ts'

const rates: Record<string, number> = { USD: 10, EUR: 9, JPY: 1500 }
const good = (id: string) => ({ id })

export default {
  about: 'requirements that give arguments',
  resolvers: {
    goods: {
      Query: { goods: () => [good('g1'), good('g22')] },
      Good: {
        __resolveReference: ({ id }) => good(id),
        price: ({ id }, { currency }) => (rates[currency] ?? 0) * id.length,
        comments: ({ id }, { limit }) =>
          Array.from({ length: limit }, (_, index) => ({ id: `${id}-${index}`, text: `text ${index}` })),
      },
      Comment: { __resolveReference: ({ id }) => ({ id, text: 'text' }) },
    },
    freight: {
      Query: { sent: () => ({ id: 'g1' }) },
      Good: {
        __resolveReference: (reference) => reference,
        freight: ({ price }) => price + 1,
        freightInEuro: ({ price }) => price + 2,
        noise: ({ comments }) => comments.length,
      },
    },
  },
  cases: [
    {
      promise: 'what is required comes with the arguments of the requirement',
      query: '{ goods { freight } sent { freightInEuro noise } }',
      data: { goods: [{ freight: 21 }, { freight: 31 }], sent: { freightInEuro: 20, noise: 3 } },
    },
    {
      promise: 'two fields that require one with different arguments get each its own',
      query: '{ goods { freight freightInEuro id } }',
      data: {
        goods: [
          { freight: 21, freightInEuro: 20, id: 'g1' },
          { freight: 31, freightInEuro: 29, id: 'g22' },
        ],
      },
    },
    {
      promise:
        'a client that wants the field with other arguments gets what it asked for, and so does the requirement',
      query: '{ goods { price(currency: "JPY") freight } }',
      data: {
        goods: [
          { price: 3000, freight: 21 },
          { price: 4500, freight: 31 },
        ],
      },
    },
    {
      promise: 'it may come by a variable that happens to be the same, or not',
      query: 'query ($c: String!) { goods { price(currency: $c) freight } }',
      variables: { c: 'EUR' },
      data: {
        goods: [
          { price: 18, freight: 21 },
          { price: 27, freight: 31 },
        ],
      },
    },
    {
      promise: 'the same arguments can be shared',
      query: '{ goods { price(currency: "USD") freight } }',
      data: {
        goods: [
          { price: 20, freight: 21 },
          { price: 30, freight: 31 },
        ],
      },
      asks: { goods: 1, freight: 1 },
    },
    {
      promise: 'a list that is required longer than the client wants it shows as the client wants it',
      query: '{ goods { comments(limit: 1) { text } noise } }',
      data: {
        goods: [
          { comments: [{ text: 'text 0' }], noise: 3 },
          { comments: [{ text: 'text 0' }], noise: 3 },
        ],
      },
    },
    {
      promise: 'also where it is left to the default',
      query: '{ goods { comments { id } noise } }',
      data: {
        goods: [
          { comments: [{ id: 'g1-0' }, { id: 'g1-1' }], noise: 3 },
          { comments: [{ id: 'g22-0' }, { id: 'g22-1' }], noise: 3 },
        ],
      },
    },
    {
      promise: 'a client may give the required field another name and use its name for other arguments',
      query: '{ goods { a: price(currency: "USD") price(currency: "EUR") freight freightInEuro } }',
      data: {
        goods: [
          { a: 20, price: 18, freight: 21, freightInEuro: 20 },
          { a: 30, price: 27, freight: 31, freightInEuro: 29 },
        ],
      },
    },
  ],
} satisfies Suite
