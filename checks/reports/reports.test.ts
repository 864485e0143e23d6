import { readFileSync } from 'node:fs'
import path from 'node:path'
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { marked } from 'marked'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import type { Finding } from '../finding.ts'
import type { CheckReport } from '../report.ts'
import { schemaCheck } from '../schema-check.ts'
import { runAsync } from '../test-folder.ts'
import { formatGithub } from './github.ts'
import { formatJson } from './json.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import { formatSarif } from './sarif.ts'

/** All that means something in one of the formats. */
const nasty =
  'a <b> & "c" \'d\' | e `f|g` *h* _i_ [j](k) ]]> 100%\n::error::l\n##[error]m \u0007\u001b[1m @team'

const finding = (given: Partial<Finding>): Finding => ({
  check: 'rules',
  severity: 'error',
  rule: 'descriptions',
  subgraph: 'products',
  coordinate: 'Product.name',
  message: nasty,
  mend: `mend ${nasty}`,
  location: { file: 'sub graphs/a,b:c.graphql', line: 3, column: 7 },
  related: [{ file: 'other.graphql', line: 1, column: 2 }],
  ...given,
})

const report: CheckReport = {
  exitCode: exitCodes.refused,
  results: [
    { name: 'composition', subject: nasty, findings: [] },
    {
      name: 'rules',
      subject: '2 rules',
      findings: [
        finding({}),
        finding({ rule: nasty, location: null, coordinate: null, mend: null }),
        finding({ severity: 'hint', rule: 'a-hint' }),
      ],
    },
    {
      name: 'changes',
      subject: 'against main',
      findings: [
        finding({
          check: 'changes',
          severity: 'note',
          rule: 'field-added',
          change: { level: 'safe', operations: [], clients: [] },
          approvable: 'field-added `a|b`',
        }),
      ],
    },
  ],
}
const ourOwn = ['--base', 'supergraph.graphql', '--format']

describe('json', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(path.resolve('docs/schema-check.schema.json'), 'utf8')),
  )

  test('is as docs/schema-check.schema.json says', async () => {
    validate(JSON.parse(formatJson(report)))
    expect(validate.errors).toBeNull()
    const { output } = await runAsync(schemaCheck, [...ourOwn, 'json'])
    validate(JSON.parse(output))
    expect(validate.errors).toBeNull()
  })

  test('would be refused by it with a key that is not documented', () => {
    expect(validate({ ...JSON.parse(formatJson(report)), more: 1 })).toBe(false)
  })
})

describe('junit', () => {
  const attributes = { ignoreAttributes: false, attributeNamePrefix: '', trimValues: false } as const
  const parse = (xml: string) =>
    new XMLParser({
      ...attributes,
      htmlEntities: true,
      isArray: (name) => /^test(suite|case)$/.test(name),
    }).parse(xml).testsuites

  test('is XML that counts what it holds, and fails a case for each error', () => {
    const xml = formatJunit(report)
    expect(XMLValidator.validate(xml)).toBe(true)
    const { tests, failures, testsuite } = parse(xml)
    expect({ tests, failures }).toEqual({ tests: '4', failures: '2' })
    const cases = testsuite.map((suite: { testcase: unknown[] }) => suite.testcase.length)
    expect(cases).toEqual([1, 2, 1])
    expect(testsuite[1].testcase[0]).toMatchObject({ file: 'sub graphs/a,b:c.graphql', line: '3' })
  })

  /**
   * The elements and attributes of the schema that Jenkins holds reports to
   * (https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd),
   * and `file` and `line` of a case, which GitLab and others show.
   */
  const shape: Record<string, { within: string; needs: string[]; may: string[] }> = {
    testsuites: { within: '', needs: [], may: ['name', 'time', 'tests', 'failures', 'errors'] },
    testsuite: {
      within: 'testsuites',
      needs: ['name', 'tests', 'failures', 'errors'],
      may: ['skipped', 'time', 'timestamp', 'hostname', 'id', 'package', 'file'],
    },
    testcase: { within: 'testsuite', needs: ['name'], may: ['classname', 'time', 'group', 'file', 'line'] },
    failure: { within: 'testcase', needs: [], may: ['type', 'message'] },
    'system-out': { within: 'testsuite', needs: [], may: [] },
  }

  test('has the elements and attributes that its readers know, each in its place', () => {
    const ordered = new XMLParser({ ...attributes, preserveOrder: true }).parse(formatJunit(report))
    const seen: string[] = []
    function walk(nodes: Record<string, unknown>[], parent: string) {
      for (const node of nodes) {
        const { ':@': given = {}, ...rest } = node
        const [name = ''] = Object.keys(rest)
        if (name === '#text' || name === '?xml') continue
        const known = shape[name]
        expect(known?.within, name).toBe(parent)
        const has = Object.keys(given ?? {})
        expect([...(known?.needs ?? []), ...(known?.may ?? [])], name).toEqual(expect.arrayContaining(has))
        expect(has, name).toEqual(expect.arrayContaining(known?.needs ?? []))
        seen.push(name)
        const children = rest[name]
        if (Array.isArray(children)) walk(children, name)
      }
    }
    walk(ordered, '')
    expect(new Set(seen)).toEqual(new Set(Object.keys(shape)))
  })

  test('keeps what a message says, but for characters that XML cannot hold', () => {
    const { testsuite } = parse(formatJunit(report))
    expect(testsuite[1].testcase[0].failure.message).toBe(
      nasty.replaceAll('\u0007', '\ufffd').replaceAll('\u001b', '\ufffd'),
    )
  })
})

describe('github', () => {
  const commands = formatGithub(report)
    .split('\n')
    .filter((line) => /^\s*::/.test(line))

  test('annotates each error and hint at its place, the errors first', () => {
    expect(commands.map((line) => line.split(' ')[0])).toEqual(['::error', '::error', '::warning'])
    expect(commands[0]).toContain(
      'file=sub graphs/a%2Cb%3Ac.graphql,line=3,col=7,title=rules%3A descriptions::',
    )
    expect(commands[0]).toContain('100%25%0A::error::l')
  })

  // As https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs reads a line.
  const decode = (text: string, escapes: readonly [string, string][]) =>
    escapes.reduce((read, [written, stands]) => read.replaceAll(written, stands), text)
  const ofData: [string, string][] = [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%25', '%'],
  ]
  const ofProperty: [string, string][] = [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%3A', ':'],
    ['%2C', ','],
    ['%25', '%'],
  ]

  test('is read by its runner as what was written, whatever that is', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '%', ':', ',', '\n', '\r', '=', '2', '5', 'A', '0', ' '),
    })
    fc.assert(
      fc.property(text, text, text, (message, rule, file) => {
        const findings = [
          finding({ message, rule, mend: null, location: { file, line: 1, column: 1 }, related: [] }),
        ]
        const [line = ''] = formatGithub({
          exitCode: exitCodes.refused,
          results: [{ name: 'rules', subject: '', findings }],
        }).split('\n')
        const [, name, properties = '', data = ''] = /^::(\w+) (.*?)::(.*)$/s.exec(line) ?? []
        const read = Object.fromEntries(
          properties.split(',').map((property) => {
            const [key = '', ...value] = property.split('=')
            return [key, decode(value.join('='), ofProperty)]
          }),
        )
        expect({ name, ...read, data: decode(data, ofData) }).toEqual({
          ...{ name: 'error', file, line: '1', col: '1' },
          title: `rules: ${rule}`,
          data: message,
        })
      }),
    )
  })

  test('has no command but its own', () => {
    expect(
      formatGithub(report)
        .split('\n')
        .filter((line) => !line.startsWith('::'))
        .join('\n'),
    ).not.toContain('##[')
  })
})

describe('sarif', () => {
  const [run] = JSON.parse(formatSarif(report)).runs

  test('is as the schema of SARIF 2.1.0 says, for our own graph as well', async () => {
    // It is of draft 4, whose `id` is all that has another name now.
    const { $schema: _, id: $id, ...schema } = sarifSchema
    const known = { uri: URL.canParse, 'uri-reference': (text: string) => URL.canParse(text, 'file:///') }
    const validate = new Ajv({
      strict: false,
      unicodeRegExp: false,
      formats: { ...known, 'date-time': true },
    }).compile({
      ...schema,
      $id,
    })
    const { output } = await runAsync(schemaCheck, [...ourOwn, 'sarif'])
    for (const text of [formatSarif(report), output]) {
      validate(JSON.parse(text))
      expect(validate.errors).toBeNull()
    }
    expect(validate({ ...JSON.parse(output), version: '2.0.0' })).toBe(false)
  })

  test('gives each finding with its level, its rule and its place', () => {
    expect(run.results.map(({ level }: { level: string }) => level)).toEqual([
      'error',
      'error',
      'warning',
      'note',
    ])
    expect(run.results[0]).toMatchObject({
      ruleId: 'rules/descriptions',
      message: { text: `${nasty}\nmend ${nasty}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'sub%20graphs/a%2Cb%3Ac.graphql' },
            region: { startLine: 3, startColumn: 7 },
          },
          logicalLocations: [{ fullyQualifiedName: 'Product.name' }],
        },
      ],
    })
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId)
  })
})

describe('markdown', () => {
  test('holds a table of the checks whose cells nothing breaks, and no markup of a message', () => {
    const tokens = marked.lexer(formatMarkdown(report))
    const table = tokens.find(({ type }) => type === 'table')
    expect(table?.type === 'table' && table.rows.map((row: unknown[]) => row.length)).toEqual([5, 5, 5])
    const kinds = new Set<string>()
    marked.walkTokens(tokens, ({ type }) => void kinds.add(type))
    expect([...kinds]).not.toContain('link')
    expect([...kinds]).not.toContain('em')
  })

  test('says what was found, and mentions nobody', () => {
    const text = formatMarkdown(report)
    expect(text).toContain('❌ Refused')
    const said: string[] = []
    // A name in code mentions nobody.
    marked.walkTokens(marked.lexer(text), (token) => {
      if (token.type === 'text' && !('tokens' in token && token.tokens)) said.push(token.raw)
    })
    expect(said.join('')).toContain('team')
    expect(said.join('')).not.toContain('@team')
  })

  test('stays within what a comment may hold, and says how much it left out', () => {
    const [result] = report.results.slice(1)
    const findings = Array.from({ length: 2000 }, () => finding({}))
    const text = formatMarkdown({
      ...report,
      results: [{ ...(result ?? { name: 'rules', subject: '' }), findings }],
    })
    expect(text.length).toBeLessThan(65_536)
    expect(text).toMatch(/and \d+ more/)
  })

  test.each(['markdown', 'junit', 'github'])('passes for our own graph as %s', async (format) => {
    const { exitCode, output } = await runAsync(schemaCheck, [...ourOwn, format])
    expect({ exitCode, isEmpty: output === '' }).toEqual({ exitCode: exitCodes.fine, isEmpty: false })
  })
})
