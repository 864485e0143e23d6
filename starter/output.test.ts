import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOutput } from './output.ts'

function record({ isTTY = false } = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY })
  return {
    output: createOutput({ names: ['gateway', 'cart'], stream }),
    text: () => String(stream.read() ?? ''),
  }
}

/** Without the codes that colour it, or clear a line. */
const plain = (text: string) => stripVTControlCharacters(text)

test('the lines of a process come out whole, however they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,5}\n?[a-z]{0,5}$/)), (pieces) => {
      const { output, text } = record()
      const lines = output.linesFrom('cart')
      for (const piece of pieces) lines.write(piece)
      lines.end()
      const whole = pieces.join('')
      const wanted = whole === '' ? [] : whole.replace(/\n$/, '').split('\n')
      expect(plain(text())).toBe(wanted.map((line) => `cart    │ ${line}\n`).join(''))
    }),
  )
})

test('in a terminal, the last line stays below what is printed', () => {
  const { output, text } = record({ isTTY: true })
  output.setStatus('3 s: filling')
  output.say('a line')
  output.setStatus('')
  expect(plain(text())).toBe('3 s: filling\ra line\n3 s: filling\r')
})

test('without a terminal there is no line that changes', () => {
  const { output, text } = record()
  output.setStatus('3 s: filling')
  expect(text()).toBe('')
})

test('what never ends a line is printed in pieces', () => {
  const { output, text } = record()
  const lines = output.linesFrom('cart')
  lines.write('x'.repeat(200_000))
  expect(plain(text()).split('\n')[0]).toBe(`cart    │ ${'x'.repeat(65_536)}`)
})
