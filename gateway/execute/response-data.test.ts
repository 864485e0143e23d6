import { describe, expect, test } from 'vitest'
import { beginOutput, takeOutput, writeBytes } from './output-bytes.ts'
import { copiesOfData, createResponseData, stringifyResponse, takeBody } from './response-data.ts'

const json = '{"b":1,"a":{"__proto__":[null]},"ü":"\\u00fc"}'
const value = { b: 1, a: JSON.parse('{"__proto__":[null]}'), ü: 'ü' }

function write(text: string) {
  beginOutput()
  writeBytes(Buffer.from(text))
  return takeOutput()
}

/** What a client is sent. */
function sent(response: object): string {
  const text = stringifyResponse(response)
  return takeBody(text)?.bytes.toString() ?? text
}

describe.each([
  ['text', () => json],
  ['bytes', () => write(json)],
])('data that is written as %s', (_, written) => {
  test('is sent as it is', () => {
    expect(sent({ data: createResponseData(written()) })).toBe(`{"data":${json}}`)
  })

  test('is sent beside what else there is', () => {
    const response = { data: createResponseData(written()), errors: undefined, extensions: { a: 1 } }
    expect(sent(response)).toBe(`{"data":${json},"extensions":{"a":1}}`)
  })

  test('is an object to who looks', () => {
    const data = createResponseData(written())
    expect(Object.keys(data)).toEqual(['b', 'a', 'ü'])
    expect('b' in data).toBe(true)
    expect({ ...data }).toEqual(value)
    expect(JSON.parse(JSON.stringify(data))).toEqual(value)
    expect(sent({ data })).toBe(JSON.stringify({ data: value }))
  })

  test('can be changed, and is sent as it was changed', () => {
    const data = createResponseData(written())
    data.b = 2
    delete data.a
    expect(sent({ data })).toBe('{"data":{"b":2,"ü":"ü"}}')
  })

  test('can be several’s, of whom none sees what another does', () => {
    const copy = copiesOfData(createResponseData(written()))
    const [first, second] = [copy(), copy()]
    first.b = 2
    expect(second).toMatchObject({ b: 1 })
    expect(sent({ data: copy() })).toBe(`{"data":${json}}`)
  })
})

test('what was released is written over, and what was not stays', () => {
  const first = write('{"first":1}')
  const second = write('{"second":2}')
  first.release()
  const third = write('{"third":3}')
  expect(second.response.toString()).toBe('{"data":{"second":2}}')
  expect(third.data.toString()).toBe('{"third":3}')
})

test('a response grows beyond what was set aside for it', () => {
  const text = JSON.stringify({ long: 'x'.repeat(1_000_000) })
  expect(write(text).data.toString()).toBe(text)
})
