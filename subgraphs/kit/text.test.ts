import { expect, test } from 'vitest'
import { characters, readLine, readText, shortName } from './text.ts'

test('a text loses the blanks around it and keeps its lines', () => {
  expect(readText('  Warm.\n\nSoft. ', 100)).toBe('Warm.\n\nSoft.')
})

test('a line keeps one blank where there were several, or an end of a line', () => {
  expect(readLine(' Warm\nand \t soft ', 100)).toBe('Warm and soft')
})

test('a length is counted in characters, as the database counts it', () => {
  expect(characters('🧶é')).toBe(2)
  expect(readText('🧶🧶', 2)).toBe('🧶🧶')
  expect(readText('🧶🧶🧶', 2)).toBeNull()
})

test.each(['', '   ', '\n', 'a\0b', 'a\u001bb', 'a\ud800b'])('%j is no text', (text) => {
  expect(readText(text, 100)).toBeNull()
})

test.each([
  ['Ada Lovelace', 'Ada L.'],
  ['Ada', 'Ada'],
  ['  Ada   King Lovelace ', 'Ada L.'],
  ['Émile ångström', 'Émile Å.'],
  ['Yuki 𠮷田', 'Yuki 𠮷.'],
])('%j is shown to strangers as %j', (name, short) => {
  expect(shortName(name)).toBe(short)
})
