import type { Suite } from '../suite.ts'

const oven = { __typename: 'Oven', id: 'o1' }
const mug = { __typename: 'Mug', id: 'm1', size: 3 }

export default {
  about: '__typename wherever it may stand',
  resolvers: {
    a: {
      Reading: {
        node: () => oven,
        thing: () => mug,
        things: () => [oven, null, mug],
        owner: () => ({ id: 'w1' }),
        value: () => ({ x: 1, inner: { x: 2 } }),
      },
      Writing: { write: () => ({ id: 'w2' }) },
      Oven: { __resolveReference: () => oven },
    },
    b: {
      Oven: { __resolveReference: ({ id }) => ({ id, heat: 200 }) },
      Owner: {
        __resolveReference: ({ id }) => ({
          id,
          pets: [
            { __typename: 'Dog', name: 'Rex' },
            { __typename: 'Cat', name: 'Tom' },
          ],
        }),
      },
    },
  },
  cases: [
    {
      promise: 'the root’s alone asks nobody',
      query: '{ __typename }',
      data: { __typename: 'Query' },
      asks: { a: 0, b: 0 },
    },
    {
      promise: 'the root’s has any name and place, and is in fragments',
      query: '{ a: __typename owner { id } ...Root __typename } fragment Root on Query { b: __typename }',
      data: { a: 'Query', owner: { id: 'w1' }, b: 'Query', __typename: 'Query' },
    },
    {
      promise: 'a writing root has its own, before and after',
      query: 'mutation { a: __typename write { __typename id pets { __typename } } __typename }',
      data: {
        a: 'Mutation',
        write: { __typename: 'Owner', id: 'w2', pets: [{ __typename: 'Dog' }, { __typename: 'Cat' }] },
        __typename: 'Mutation',
      },
    },
    {
      promise: 'an interface and a union give the type that it is',
      query: '{ node { __typename id t: __typename } thing { __typename t: __typename } }',
      data: { node: { __typename: 'Oven', id: 'o1', t: 'Oven' }, thing: { __typename: 'Mug', t: 'Mug' } },
    },
    {
      promise: 'in fragments on types and on interfaces',
      query:
        '{ things { ... on Oven { a: __typename heat } ... on Node { b: __typename id } ... on Mug { c: __typename } } }',
      data: {
        things: [{ a: 'Oven', heat: 200, b: 'Oven', id: 'o1' }, null, { b: 'Mug', id: 'm1', c: 'Mug' }],
      },
    },
    {
      promise: 'of an entity and of a value, in a place of its own',
      query:
        '{ owner { pets { ... on Dog { name __typename } ... on Cat { name __typename } } __typename } value { inner { __typename x } __typename } }',
      data: {
        owner: {
          pets: [
            { name: 'Rex', __typename: 'Dog' },
            { name: 'Tom', __typename: 'Cat' },
          ],
          __typename: 'Owner',
        },
        value: { inner: { __typename: 'Value', x: 2 }, __typename: 'Value' },
      },
    },
    {
      promise: 'nothing but types, at any depth',
      query:
        '{ owner { __typename pets { __typename } } things { __typename } value { inner { __typename } } }',
      data: {
        owner: { __typename: 'Owner', pets: [{ __typename: 'Dog' }, { __typename: 'Cat' }] },
        things: [{ __typename: 'Oven' }, null, { __typename: 'Mug' }],
        value: { inner: { __typename: 'Value' } },
      },
    },
    {
      promise: 'where nobody asked for it, it does not show',
      query:
        '{ node { id ... on Oven { heat } } thing { ... on Mug { size } } owner { pets { ... on Dog { name } } } }',
      data: { node: { id: 'o1', heat: 200 }, thing: { size: 3 }, owner: { pets: [{ name: 'Rex' }, {}] } },
    },
    {
      promise: 'an alias gives the name to another field',
      query: '{ owner { __typename: id pets { __typename } } thing { ... on Mug { __typename: size } } }',
      data: {
        owner: { __typename: 'w1', pets: [{ __typename: 'Dog' }, { __typename: 'Cat' }] },
        thing: { __typename: 3 },
      },
    },
  ],
} satisfies Suite
