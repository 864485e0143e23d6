import { expect } from 'vitest'
import type { Suite } from '../suite.ts'

const told = (args: object) => JSON.stringify(args)
const item = (id: string) => ({ id })

export default {
  about: 'variables and arguments, and their defaults',
  resolvers: {
    a: {
      Query: {
        list: (_, { first, order, ids = ['a', 'b', 'c'], where }) =>
          [...(order === 'ASC' ? ids : ids.toReversed()).slice(0, first), told(where)].map(item),
        item: (_, { id }) => item(id),
        told: (_, args) => told(args),
      },
      Item: { __resolveReference: ({ id }) => item(id), name: ({ id }, args) => `${id} ${told(args)}` },
    },
    b: {
      Query: { other: (_, args) => told(args) },
      Item: {
        __resolveReference: ({ id }) => item(id),
        near: ({ id }, args) => `${id} ${told(args)}`,
        related: ({ id }, { first }) => Array.from({ length: first }, (_, index) => item(`${id}.${index}`)),
      },
    },
  },
  cases: [
    {
      promise: 'defaults of the schema',
      query: '{ list { id } item(id: 5) { name near } told(b: true) }',
      data: {
        list: [{ id: 'a' }, { id: 'b' }, { id: '{"min":1,"tags":["all"]}' }],
        item: { name: '5 {"first":1}', near: '5 {"first":9,"order":"DESC"}' },
        told: '{"s":"s","b":true}',
      },
    },
    {
      promise: 'defaults of variables, which come before those of the schema',
      query:
        'query ($f: Int = 1, $o: Order! = DESC, $w: Where = { max: 5, inner: {} }) { list(first: $f, order: $o, where: $w) { id near(first: $f, order: $o) } }',
      data: {
        list: [
          { id: 'c', near: 'c {"first":1,"order":"DESC"}' },
          {
            id: '{"min":0,"max":5,"tags":["all"],"inner":{"min":0,"tags":["all"]}}',
            near: '{"min":0,"max":5,"tags":["all"],"inner":{"min":0,"tags":["all"]}} {"first":1,"order":"DESC"}',
          },
        ],
      },
    },
    {
      promise: 'one variable in several subgraphs, and each gets those that it is asked with',
      query:
        'query ($f: Int!, $o: Order, $id: ID!, $unasked: Boolean = true) { item(id: $id) { name(first: $f) near(first: $f, order: $o) related(first: $f) { name(order: $o) } } other(first: $f) told(b: $unasked) }',
      variables: { f: 1, o: 'ASC', id: 'x' },
      data: {
        item: {
          name: 'x {"first":1}',
          near: 'x {"first":1,"order":"ASC"}',
          related: [{ name: 'x.0 {"first":1,"order":"ASC"}' }],
        },
        other: '{"first":1}',
        told: '{"s":"s","b":true}',
      },
      requests(received) {
        for (const { query, variables } of [...received('a'), ...received('b')]) {
          for (const name of Object.keys(variables)) expect(query).toContain(`$${name}`)
        }
      },
    },
    {
      promise:
        'a variable that is not given leaves the argument to its default, and one that is null does not',
      query:
        'query ($none: String, $null: String, $n: Int, $w: [Int]) { a: told(s: $none, b: true) b: told(s: $null, n: $n, b: false) item(id: "i") { near(order: ASC, where: { first: $w }) } }',
      variables: { null: null },
      data: {
        a: '{"s":"s","b":true}',
        b: '{"s":null,"b":false}',
        item: { near: 'i {"first":9,"order":"ASC","where":{}}' },
      },
    },
    {
      promise: 'input objects, enums and lists as variables',
      query:
        'query ($ids: [ID!], $where: Where, $o: Order!, $wide: Wide) { list(ids: $ids, where: $where, order: $o, first: 1) { id near(where: $wide) } }',
      variables: { ids: [3, 'x'], where: { min: 2, tags: 'one' }, o: 'DESC', wide: { first: [1, null] } },
      data: {
        list: [
          { id: 'x', near: 'x {"first":9,"order":"DESC","where":{"first":[1,null]}}' },
          {
            id: '{"min":2,"tags":["one"]}',
            near: '{"min":2,"tags":["one"]} {"first":9,"order":"DESC","where":{"first":[1,null]}}',
          },
        ],
      },
    },
    {
      promise: 'fields of one name and other arguments are kept apart in every subgraph',
      query: `query ($f: Int!) {
        item(id: "i") {
          a: near b: near(first: 2) c: near(first: $f) d: near(order: ASC)
          n1: name n2: name(first: $f)
          r1: related(first: 1) { near } r2: related(first: $f) { name }
        }
        one: item(id: 1) { near(first: 1) }
        two: item(id: 2) { near(first: 2) }
      }`,
      variables: { f: 2 },
      data: {
        item: {
          a: 'i {"first":9,"order":"DESC"}',
          b: 'i {"first":2,"order":"DESC"}',
          c: 'i {"first":2,"order":"DESC"}',
          d: 'i {"first":9,"order":"ASC"}',
          n1: 'i {"first":1}',
          n2: 'i {"first":2}',
          r1: [{ near: 'i.0 {"first":9,"order":"DESC"}' }],
          r2: [{ name: 'i.0 {"first":1}' }, { name: 'i.1 {"first":1}' }],
        },
        one: { near: '1 {"first":1,"order":"DESC"}' },
        two: { near: '2 {"first":2,"order":"DESC"}' },
      },
    },
    {
      promise:
        'a variable that is needed and missing, or of another type, is refused before anybody is asked',
      query: 'query ($id: ID!, $f: Int) { item(id: $id) { near(first: 1) } other(first: $f) }',
      variables: { f: 'many' },
      errors: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
      asks: { a: 0, b: 0 },
    },
    {
      promise: 'text of any kind arrives as it was given',
      query:
        'query ($s: String) { a: told(s: $s, b: true) b: told(s: "é\\"\\\\\\n\\u2028☃", b: true) c: told(s: """block "text" \\""" """, b: true) }',
      variables: { s: '"\\\n\u2028😀' },
      data: {
        a: JSON.stringify({ s: '"\\\n\u2028😀', b: true }),
        b: JSON.stringify({ s: 'é"\\\n\u2028☃', b: true }),
        c: JSON.stringify({ s: 'block "text" """ ', b: true }),
      },
    },
  ],
} satisfies Suite
