import { describe, expect, test } from 'vitest'
import { InputError } from '../finding.ts'
import { makeFolder } from '../test-folder.ts'
import { loadOperations, readOperations } from './load-operations.ts'

const load = (files: Record<string, string>) => loadOperations(makeFolder(files)('.'))

describe('loading operations', () => {
  test('gives each with the fragments that it uses, also through others, and no more', () => {
    const operations = load({
      'B.graphql': 'query B { b { ...One } }',
      'A.graphql': 'mutation A { a { ...Two ...One } }',
      'fragments/all.graphql':
        'fragment One on T { ...Two x } fragment Two on T { y } fragment Three on T { z }',
    })
    const fragments = ({ text }: { text: string }) =>
      [...text.matchAll(/fragment (\w+)/g)].map(([, name]) => name)
    expect(operations.map(({ name, kind }) => [name, kind])).toEqual([
      ['A', 'mutation'],
      ['B', 'query'],
    ])
    expect(operations.map(fragments)).toEqual([
      ['Two', 'One'],
      ['One', 'Two'],
    ])
  })

  test('gives the sample variables and the caller', () => {
    const [a, b] = load({
      'A.graphql': 'query A($x: Int) { a(x: $x) }',
      'A.variables.json': '{ "x": 1 }',
      'B.graphql': 'query B { b }',
      'callers.json': '{ "customer": ["B"] }',
    })
    expect(a).toMatchObject({ variables: { x: 1 }, caller: 'guest' })
    expect(b).toMatchObject({ variables: {}, caller: 'customer' })
  })

  test.each([
    ['is not GraphQL', { 'A.graphql': 'query A {\n  a(\n}' }, 'A.graphql:3:1: Syntax Error'],
    ['is empty', { 'A.graphql': '' }, 'A.graphql:1:1: Syntax Error'],
    ['has no name', { 'A.graphql': '{ a }' }, 'A.graphql: an operation has no name'],
    [
      'has the name of another',
      { 'A.graphql': 'query A { a }', 'B.graphql': 'query A { a }' },
      'another operation named A',
    ],
    [
      'uses a fragment that is not there',
      { 'A.graphql': 'query A { ...Gone }' },
      'A.graphql: there is no fragment named Gone',
    ],
    ['is a schema', { 'A.graphql': 'type Query { a: Int }' }, 'it defines a schema'],
    [
      'has variables that are not JSON',
      { 'A.graphql': 'query A { a }', 'A.variables.json': '{' },
      'A.variables.json: this is not JSON',
    ],
    [
      'has variables that are a list',
      { 'A.graphql': 'query A { a }', 'A.variables.json': '[]' },
      'not a JSON object',
    ],
    [
      'is not there for its caller',
      { 'callers.json': '{ "customer": ["Gone"] }' },
      'no operation named Gone',
    ],
    [
      'has a caller of another kind',
      { 'callers.json': '{ "robot": [] }' },
      'callers.json: it takes `customer`',
    ],
  ])('refuses one that %s, and names the file', (_, files, message) => {
    expect(() => load(files)).toThrow(InputError)
    expect(() => load(files)).toThrow(message)
  })

  test('ends where fragments use each other', () => {
    const [operation] = load({
      'A.graphql': 'query A { ...One } fragment One on T { ...Two } fragment Two on T { ...One }',
    })
    expect(operation?.document.definitions).toHaveLength(3)
  })
})

describe('a persisted-query manifest', () => {
  const manifest = (...operations: object[]) =>
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations })
  const read = (text: string) => readOperations(makeFolder({ 'manifest.json': text })('manifest.json'))

  test('gives its operations by name, without sample variables', () => {
    const entry = (name: string) => ({ id: name, name, type: 'mutation', body: `mutation ${name} { a }` })
    expect(read(manifest(entry('B'), entry('A')))).toMatchObject([
      { name: 'A', kind: 'mutation', text: 'mutation A { a }', variables: {}, variablesFile: null },
      { name: 'B' },
    ])
  })

  test.each([
    ['is not JSON', '{', 'this is not JSON'],
    ['is another manifest', '{"format": "other", "version": 1, "operations": []}', 'format: '],
    ['has an operation without a body', manifest({ name: 'A' }), 'operations.0.body: '],
    ['has a body that is not GraphQL', manifest({ name: 'A', body: 'query {' }), 'operations.0'],
    [
      'has a body without an operation',
      manifest({ name: 'A', body: 'fragment A on B { c }' }),
      'no operation',
    ],
  ])('that %s is refused, and the file named', (_, text, message) => {
    expect(() => read(text)).toThrow(InputError)
    expect(() => read(text)).toThrow(message)
    expect(() => read(text)).toThrow('manifest.json')
  })
})
