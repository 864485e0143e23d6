import type { Suite } from '../suite.ts'

const stops = [
  { name: 'Bonn', lat: 50.7, platform: 1 },
  { name: 'Köln', lat: 50.9, platform: 5 },
]
const route = {
  id: 'r1',
  stops,
  price: { amount: 12, currency: 'EUR' },
  legs: [[{ from: stops[0] }, null], null],
  discount: { amount: 1, currency: 'EUR' },
}

export default {
  about: 'values that two subgraphs share, each with a part of its own',
  resolvers: {
    a: { Query: { routes: () => [route, null] }, Route: { __resolveReference: () => route } },
    b: { Route: { __resolveReference: () => route } },
  },
  cases: [
    {
      promise: 'a value that both have whole comes from one of them',
      query: '{ routes { price { currency amount } } }',
      data: { routes: [{ price: { currency: 'EUR', amount: 12 } }, null] },
      asks: { b: 0 },
    },
    {
      promise: 'the parts of the items of a list are put together by their places',
      query: '{ routes { stops { platform name lat } discount { amount } } }',
      data: {
        routes: [
          {
            stops: [
              { platform: 1, name: 'Bonn', lat: 50.7 },
              { platform: 5, name: 'Köln', lat: 50.9 },
            ],
            discount: { amount: 1 },
          },
          null,
        ],
      },
      asks: { a: 1, b: 1 },
    },
    {
      promise: 'in lists of lists as well',
      query: '{ routes { legs { from { lat platform } } } }',
      data: { routes: [{ legs: [[{ from: { lat: 50.7, platform: 1 } }, null], null] }, null] },
    },
    {
      promise: 'the part of the other is lost alone',
      query: '{ routes { stops { platform name } } }',
      data: {
        routes: [
          {
            stops: [
              { platform: null, name: 'Bonn' },
              { platform: null, name: 'Köln' },
            ],
          },
          null,
        ],
      },
      down: ['b'],
      errors: [
        'routes.0.stops.0.platform SUBGRAPH_UNAVAILABLE',
        'routes.0.stops.1.platform SUBGRAPH_UNAVAILABLE',
      ],
    },
  ],
} satisfies Suite
