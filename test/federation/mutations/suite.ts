import { expect } from 'vitest'
import type { Suite } from '../suite.ts'
import { log } from './log.ts'

function append(_: unknown, { text }: { text: string }) {
  log.push(text)
  return { id: text, text }
}

export default {
  about: 'writes in several subgraphs, one after the other',
  resolvers: {
    a: {
      Query: { log: () => [...log] },
      Mutation: {
        resetInA() {
          log.length = 0
          return true
        },
        appendInA: append,
        failInA() {
          log.push('failed')
          throw new Error('no')
        },
      },
      Entry: {
        __resolveReference: ({ id }) => ({ id, text: id }),
        logInA: () => [...log],
        query: () => ({}),
      },
    },
    b: {
      Query: { entry: (_, { id }) => ({ id }), size: () => log.length },
      Mutation: {
        appendInB: append,
        eraseInB() {
          const erased = log.map((id) => ({ id }))
          log.length = 0
          return { erased, query: {}, ok: true }
        },
      },
      Entry: {
        __resolveReference: (entry) => entry,
        logInB: () => [...log],
        loud: ({ text }) => `${text}!`,
      },
    },
  },
  cases: [
    {
      promise: 'they run in the order of the operation, whichever subgraph they are in',
      query: `mutation {
        resetInA
        one: appendInA(text: "1") { logInA }
        two: appendInB(text: "2") { logInB }
        three: appendInA(text: "3") { logInA }
        four: appendInA(text: "4") { logInA }
        five: appendInB(text: "5") { logInB }
      }`,
      data: {
        resetInA: true,
        one: { logInA: ['1'] },
        two: { logInB: ['1', '2'] },
        three: { logInA: ['1', '2', '3'] },
        four: { logInA: ['1', '2', '3', '4'] },
        five: { logInB: ['1', '2', '3', '4', '5'] },
      },
    },
    {
      promise: 'all of a payload is had before the next write begins, from other subgraphs too',
      query: `mutation {
        resetInA
        one: appendInA(text: "1") { logInB text }
        two: appendInB(text: "2") { logInA text }
        three: appendInA(text: "3") { logInB }
      }`,
      data: {
        resetInA: true,
        one: { logInB: ['1'], text: '1' },
        two: { logInA: ['1', '2'], text: '2' },
        three: { logInB: ['1', '2', '3'] },
      },
    },
    {
      promise: 'also between two writes of one subgraph',
      query:
        'mutation { resetInA one: appendInA(text: "1") { logInB } two: appendInA(text: "2") { logInB } }',
      data: { resetInA: true, one: { logInB: ['1'] }, two: { logInB: ['1', '2'] } },
    },
    {
      promise: 'fragments are no other order',
      query: `mutation ($yes: Boolean!) {
        ...Begin
        two: appendInB(text: "2") { ...Log }
        ... on Mutation @include(if: $yes) { three: appendInA(text: "3") { logInB } two: appendInB(text: "2") { text } }
        ... @skip(if: $yes) { never: appendInA(text: "never") { id } }
        four: appendInB(text: "4") { ...Log }
      }
      fragment Begin on Mutation { resetInA one: appendInA(text: "1") { ...Log } }
      fragment Log on Entry { logInB }`,
      variables: { yes: true },
      data: {
        resetInA: true,
        one: { logInB: ['1'] },
        two: { logInB: ['1', '2'], text: '2' },
        three: { logInB: ['1', '2', '3'] },
        four: { logInB: ['1', '2', '3', '4'] },
      },
    },
    ...[
      { first: true, second: true, data: { one: { logInB: ['1'], text: '1' }, two: { logInB: ['1', '2'] } } },
      {
        first: false,
        second: true,
        data: { two: { logInB: ['2'] }, one: { text: '1', logInB: ['2', '1'] } },
      },
      { first: false, second: false, data: { two: { logInB: ['2'] }, one: { logInB: ['2', '1'] } } },
      { first: true, second: false, data: { one: { logInB: ['1'] }, two: { logInB: ['1', '2'] } } },
    ].map(({ first, second, data }) => ({
      promise: `a write has the place where it is first not left out: ${first}, ${second}`,
      query: `mutation ($first: Boolean!, $second: Boolean!) {
        resetInA
        one: appendInA(text: "1") @include(if: $first) { logInB }
        two: appendInB(text: "2") { logInB }
        ... @include(if: $second) { one: appendInA(text: "1") { text } }
        one: appendInA(text: "1") { logInB }
      }`,
      variables: { first, second },
      data: { resetInA: true, ...data },
    })),
    {
      promise: 'each write is sent once',
      query: 'mutation { resetInA appendInB(text: "x") { text loud logInA } }',
      data: { resetInA: true, appendInB: { text: 'x', loud: 'x!', logInA: ['x'] } },
      requests: (received) => {
        const writes = received('b').filter(({ query }) => query.trimStart().startsWith('mutation'))
        expect(writes).toHaveLength(1)
      },
    },
    {
      promise: 'a write that fails does not keep the next from running',
      query: 'mutation { resetInA failInA { id } appendInB(text: "next") { logInB } }',
      data: { resetInA: true, failInA: null, appendInB: { logInB: ['failed', 'next'] } },
      errors: ['failInA INTERNAL_SERVER_ERROR'],
    },
    {
      promise: 'a payload leads to entities of another subgraph, and those back',
      query: 'mutation { resetInA appendInA(text: "e") { id } eraseInB { ok erased { loud logInA text } } }',
      data: {
        resetInA: true,
        appendInA: { id: 'e' },
        eraseInB: { ok: true, erased: [{ loud: 'e!', logInA: [], text: 'e' }] },
      },
    },
    {
      promise: 'the query of a payload asks any subgraph, after the write',
      query: `mutation {
        resetInA
        appendInA(text: "q") { query { log size entry(id: "z") { loud } __typename } }
        eraseInB { query { size log } }
      }`,
      data: {
        resetInA: true,
        appendInA: { query: { log: ['q'], size: 1, entry: { loud: 'z!' }, __typename: 'Query' } },
        eraseInB: { query: { size: 0, log: [] } },
      },
    },
    {
      promise: 'writes can be left out, and the root has a name',
      query:
        'mutation ($no: Boolean!, $t: String!) { __typename resetInA appendInA(text: $t) @include(if: $no) { id } b: appendInB(text: $t) { logInB } kind: __typename }',
      variables: { no: false, t: 'kept' },
      data: { __typename: 'Mutation', resetInA: true, b: { logInB: ['kept'] }, kind: 'Mutation' },
    },
    {
      promise: 'what is lost behind a payload leaves the payload',
      query: 'mutation { resetInA appendInA(text: "w") { text logInB logInA } }',
      data: { resetInA: true, appendInA: { text: 'w', logInB: null, logInA: ['w'] } },
      down: ['b'],
      errors: ['appendInA.logInB SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
