import type { Suite } from '../suite.ts'

const agency = { __typename: 'Agency', id: 'a1' }
const self = { __typename: 'Self', mail: 'me@example.com' }
const prints = [
  { __typename: 'Novel', id: 'p1', code: 'c1', size: { grams: 0.5 }, title: 'Emma', publisher: agency },
  { __typename: 'Weekly', id: 'p2', code: 'c2', size: { grams: 0.2 }, name: 'Times', publisher: self },
]
const find = ({ id }: { id: string }) => prints.find((print) => print.id === id) ?? null
const reference = (id: string) => ({ __typename: id === 'p1' ? 'Novel' : 'Weekly', id })
const critic = {
  __resolveReference: ({ id }: { id: string }) => ({ id }),
  critiques: ({ id }: { id: string }, { first }: { first?: number }) =>
    [1, 2].slice(0, first).map((number) => ({ id: number, print: reference(id) })),
  marks: ({ id }: { id: string }) => Number(id.slice(1)),
}

export default {
  about: 'interfaces of which each subgraph has some fields',
  resolvers: {
    shop: {
      Query: { prints: () => prints, similar: (_, { id }) => prints.filter((print) => print.id !== id) },
      Novel: { __resolveReference: find },
      Weekly: { __resolveReference: find },
    },
    critics: {
      Query: { critique: (_, { id }) => ({ id, print: reference('p2') }) },
      Novel: { ...critic, favourite: () => [reference('p2'), reference('p1')] },
      Weekly: critic,
    },
    agencies: {
      Agency: {
        __resolveReference: ({ id }) => ({ id, company: 'Inks', mail: { address: 'x@example.com' } }),
      },
    },
  },
  cases: [
    {
      promise: 'a field of the interface that only another subgraph has comes for every type',
      query: '{ prints { marks code } }',
      data: {
        prints: [
          { marks: 1, code: 'c1' },
          { marks: 2, code: 'c2' },
        ],
      },
      asks: { shop: 1, critics: 1 },
    },
    {
      promise: 'and behind it the interface begins again',
      query:
        '{ prints { id critiques(first: 1) { id print { code ... on Novel { title marks } ... on Weekly { name } } } } }',
      data: {
        prints: [
          { id: 'p1', critiques: [{ id: 1, print: { code: 'c1', title: 'Emma', marks: 1 } }] },
          { id: 'p2', critiques: [{ id: 1, print: { code: 'c2', name: 'Times' } }] },
        ],
      },
    },
    {
      promise: 'from the subgraph that only refers to them, all fields are had',
      query: '{ critique(id: 9) { id print { size { grams } marks __typename critiques { id } } } }',
      data: {
        critique: {
          id: 9,
          print: { size: { grams: 0.2 }, marks: 2, __typename: 'Weekly', critiques: [{ id: 1 }, { id: 2 }] },
        },
      },
    },
    {
      promise: 'an interface that implements another',
      query:
        '{ similar(id: "p1") { id code ... on Print { marks size { grams } ... on Weekly { n: name } } __typename } }',
      data: {
        similar: [{ id: 'p2', code: 'c2', marks: 2, size: { grams: 0.2 }, n: 'Times', __typename: 'Weekly' }],
      },
    },
    {
      promise: 'a field of all types and of each, under one name',
      query:
        '{ prints { code ... on Print { code } ... on Novel { code } ... on Weekly { code } ... on Similar { kind: __typename code } } }',
      data: {
        prints: [
          { code: 'c1', kind: 'Novel' },
          { code: 'c2', kind: 'Weekly' },
        ],
      },
    },
    {
      promise: 'a union within, one of whose members another subgraph knows more of',
      query: `{ prints { id ... on Novel { publisher { ...P } } ... on Weekly { publisher { ...P } } } }
        fragment P on Publisher { ... on Agency { id company mail { address } } ... on Self { mail } }`,
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
    {
      promise: 'a union within, whose members give one name to fields of one type',
      query: `{ prints { id ... on Novel { publisher { ...P } } ... on Weekly { publisher { ...P } } } }
        fragment P on Publisher { __typename ... on Agency { text: company id } ... on Self { text: mail } }`,
      data: {
        prints: [
          { id: 'p1', publisher: { __typename: 'Agency', text: 'Inks', id: 'a1' } },
          { id: 'p2', publisher: { __typename: 'Self', text: 'me@example.com' } },
        ],
      },
    },
    {
      promise: 'a field of one type leads through the interface to both',
      query:
        '{ prints { ... on Novel { favourite { marks code ... on Novel { title favourite { id } } } } } }',
      data: {
        prints: [
          {
            favourite: [
              { marks: 2, code: 'c2' },
              { marks: 1, code: 'c1', title: 'Emma', favourite: [{ id: 'p2' }, { id: 'p1' }] },
            ],
          },
          {},
        ],
      },
    },
    ...[true, false].map((wanted) => ({
      promise: `a fragment on one type is ${wanted ? 'there' : 'left out'} by a variable`,
      query:
        'query ($t: Boolean!) { prints { id ... on Novel @include(if: $t) { title marks } ... on Weekly @skip(if: $t) { name } critiques(first: 1) { print { ... on Novel @include(if: $t) { title } } } } }',
      variables: { t: wanted },
      data: {
        prints: wanted
          ? [
              { id: 'p1', title: 'Emma', marks: 1, critiques: [{ print: { title: 'Emma' } }] },
              { id: 'p2', critiques: [{ print: {} }] },
            ]
          : [
              { id: 'p1', critiques: [{ print: {} }] },
              { id: 'p2', name: 'Times', critiques: [{ print: {} }] },
            ],
      },
    })),
  ],
} satisfies Suite
