import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  commaList,
  flag,
  httpUrl,
  milliseconds,
  oneOf,
  port,
  readSettings,
  SettingsError,
  wholeNumber,
} from './settings.ts'

const shape = {
  PORT: port().default(4000),
  DEADLINE_MS: milliseconds().default(2000),
  SIZE: wholeNumber({ min: 1, max: 10, unit: 'bytes' }).optional(),
  ON: flag().default(true),
  NAMES: commaList().default([]),
  HOME_URL: httpUrl().optional(),
  MODE: oneOf(['fast', 'slow']).default('fast'),
  FILE: z.string().optional(),
}

test('what is set is read, and the rest has its default', () => {
  const env = { PORT: '8080', NAMES: ' a, b ,,c', ON: 'false', MODE: 'slow', OTHER: 'x' }
  expect(readSettings(shape, env)).toEqual({
    PORT: 8080,
    DEADLINE_MS: 2000,
    ON: false,
    NAMES: ['a', 'b', 'c'],
    MODE: 'slow',
  })
})

test('an empty variable is as good as none', () => {
  expect(readSettings(shape, { PORT: '', MODE: '' })).toMatchObject({ PORT: 4000, MODE: 'fast' })
})

describe('an error names the variable, what it got and what it takes', () => {
  test.each([
    ['PORT', 'http', 'a whole number from 0 to 65535'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '1e3', 'a whole number from 0 to 65535'],
    ['DEADLINE_MS', '0', '(milliseconds)'],
    ['DEADLINE_MS', '-5', '(milliseconds)'],
    ['DEADLINE_MS', '2.5', '(milliseconds)'],
    ['SIZE', '11', 'a whole number from 1 to 10 (bytes)'],
    ['ON', 'yes', 'true or false'],
    ['MODE', 'quick', 'one of fast, slow'],
  ])('%s=%s', (name, value, takes) => {
    const read = () => readSettings(shape, { [name]: value })
    expect(read).toThrow(SettingsError)
    expect(read).toThrow(`${name} is ${JSON.stringify(value)}: it takes `)
    expect(read).toThrow(takes)
  })

  test('and never a value that may be secret', () => {
    const read = () => readSettings(shape, { HOME_URL: 'ftp://ada:hunter2@host' })
    expect(read).toThrow('HOME_URL')
    expect(read).not.toThrow('hunter2')
  })

  test('for all of them at once', () => {
    expect(() => readSettings(shape, { PORT: 'x', MODE: 'y' })).toThrow(/^PORT is .*\nMODE is .*$/)
  })

  test('also when it is missing', () => {
    expect(() => readSettings({ NEEDED: z.string() }, {})).toThrow('NEEDED is not set')
  })
})
