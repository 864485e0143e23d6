import { expect } from 'vitest'
import type { Suite } from '../suite.ts'

const person = (id: string): object => ({ id })
const friends: Record<string, string> = { 'a"1': 'b2', b2: 'c☃3', 'c☃3': 'a"1' }

export default {
  about: 'one entity in many places of an answer',
  resolvers: {
    people: {
      Query: {
        me: () => person('a"1'),
        people: () => [person('a"1'), person('b2'), person('a"1')],
        boss: () => person('b2'),
        team: () => ({ lead: person('c☃3'), members: [[person('a"1'), null], null, [person('c☃3')]] }),
      },
      Person: {
        __resolveReference: ({ id }) => person(id),
        friend: ({ id }) => person(friends[id] ?? ''),
      },
    },
    names: {
      Person: {
        __resolveReference: ({ id }) => person(id),
        name: ({ id }, { style, times }) => `${style === 'LOUD' ? id.toUpperCase() : id}`.repeat(times),
        mate: ({ id }) => person(id === 'b2' ? 'a"1' : 'b2'),
      },
    },
    ages: {
      Person: {
        __resolveReference: ({ id }) => (id === 'c☃3' ? null : person(id)),
        age: ({ id }, { in: unit }) => id.length * (unit === 'years' ? 1 : 12),
        strict: () => 1,
      },
    },
  },
  cases: [
    {
      promise: 'each place has what was asked for there, under the names that it has there',
      query: `{
        me { name friend { n: name name: age } }
        boss { age: name name(times: 2) }
        people { friend { id } age }
      }`,
      data: {
        me: { name: 'a"1', friend: { n: 'b2', name: 2 } },
        boss: { age: 'b2', name: 'b2b2' },
        people: [
          { friend: { id: 'b2' }, age: 3 },
          { friend: { id: 'c☃3' }, age: 2 },
          { friend: { id: 'b2' }, age: 3 },
        ],
      },
    },
    {
      promise: 'each place has its own arguments, by variables and by literals',
      query: `query ($s: Style, $n: Int, $in: String!) {
        me { name(style: $s) age(in: $in) friend { name(times: $n) age } }
        boss { name(style: LOUD, times: $n) mate { name(style: $s, times: $n) age(in: $in) } }
      }`,
      variables: { s: 'LOUD', n: 2, in: 'months' },
      data: {
        me: { name: 'A"1', age: 36, friend: { name: 'b2b2', age: 2 } },
        boss: { name: 'B2B2', mate: { name: 'A"1A"1', age: 36 } },
      },
    },
    {
      promise: 'an entity leads to itself, as deep as it is asked for',
      query:
        '{ me { name friend { name friend { name friend { name age mate { mate { mate { name } } } } } } } }',
      data: {
        me: {
          name: 'a"1',
          friend: {
            name: 'b2',
            friend: {
              name: 'c☃3',
              friend: { name: 'a"1', age: 3, mate: { mate: { mate: { name: 'b2' } } } },
            },
          },
        },
      },
    },
    {
      promise: 'some places are left out by a condition',
      query: `query ($yes: Boolean!) {
        me { name @skip(if: $yes) age friend @skip(if: $yes) { name } }
        boss @include(if: $yes) { name age @skip(if: $yes) }
        people @skip(if: $yes) { name }
        team { lead { name ... @include(if: $yes) { id } } }
      }`,
      variables: { yes: true },
      data: { me: { age: 3 }, boss: { name: 'b2' }, team: { lead: { name: 'c☃3', id: 'c☃3' } } },
    },
    {
      promise: 'in lists of lists and beside them',
      query: '{ team { members { name mate { age } } lead { age name } } people { mate { name } } }',
      data: {
        team: {
          members: [[{ name: 'a"1', mate: { age: 2 } }, null], null, [{ name: 'c☃3', mate: { age: 2 } }]],
          lead: { age: null, name: 'c☃3' },
        },
        people: [{ mate: { name: 'b2' } }, { mate: { name: 'a"1' } }, { mate: { name: 'b2' } }],
      },
    },
    {
      promise: 'one that is not found is so in each place, and takes its object only where it must',
      query: '{ team { lead { age id } members { strict id } } me { friend { friend { id strict } } } }',
      data: {
        team: { lead: { age: null, id: 'c☃3' }, members: [[{ strict: 1, id: 'a"1' }, null], null, [null]] },
        me: { friend: { friend: null } },
      },
      errors: ['me.friend.friend SUBGRAPH_BAD_RESPONSE', 'team.members.2.0 SUBGRAPH_BAD_RESPONSE'],
    },
    {
      promise: 'each place has its own error',
      query: '{ people { age } boss { age friend { id strict } } me { name a: age } }',
      data: {
        people: [{ age: null }, { age: null }, { age: null }],
        boss: { age: null, friend: null },
        me: { name: 'a"1', a: null },
      },
      down: ['ages'],
      errors: [
        'boss.age SUBGRAPH_UNAVAILABLE',
        'boss.friend SUBGRAPH_UNAVAILABLE',
        'me.a SUBGRAPH_UNAVAILABLE',
        'people.0.age SUBGRAPH_UNAVAILABLE',
        'people.1.age SUBGRAPH_UNAVAILABLE',
        'people.2.age SUBGRAPH_UNAVAILABLE',
      ],
    },
    {
      promise: 'a list asks about each of its entities once',
      query: '{ people { name } }',
      data: { people: [{ name: 'a"1' }, { name: 'b2' }, { name: 'a"1' }] },
      representations: {
        names: [
          { __typename: 'Person', id: 'a"1' },
          { __typename: 'Person', id: 'b2' },
        ],
      },
      requests: (received) => expect(received('ages')).toHaveLength(0),
    },
  ],
} satisfies Suite
