import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { InputError } from './finding.ts'
import { readText } from './read-text.ts'

/**
 * Reads a YAML file of a known shape.
 * @throws InputError that names the line or the key, and what is accepted there.
 */
export const readYaml = <Shape extends z.ZodType>(file: string, shape: Shape): z.output<Shape> =>
  parseYaml(file, readText(file), shape)

/** The same for text that was read from somewhere; `file` is what an error calls it. */
export function parseYaml<Shape extends z.ZodType>(
  file: string,
  text: string,
  shape: Shape,
): z.output<Shape> {
  const lineCounter = new LineCounter()
  const yaml = parseDocument(text, { lineCounter, prettyErrors: false })
  const [syntaxError] = yaml.errors
  if (syntaxError) {
    const { line, col } = lineCounter.linePos(syntaxError.pos[0])
    throw new InputError(`${file}:${line}:${col}: this is not YAML: ${syntaxError.message}.`)
  }
  const content: unknown = yaml.toJS()
  if (content === null) throw new InputError(`${file} is empty. It takes ${keysAt(shape, [])}.`)
  const { success, data, error } = shape.safeParse(content)
  if (success) return data
  throw new InputError(error.issues.map((issue) => `${file}: ${describe(issue, shape)}`).join('\n'))
}

function describe(issue: z.core.$ZodIssue, shape: z.ZodType): string {
  const place = issue.path.length === 0 ? 'the top level' : issue.path.join('.')
  if (issue.code !== 'unrecognized_keys') return `${place}: ${issue.message}.`
  const keys = issue.keys.map((key) => `\`${key}\``).join(', ')
  return `${place} has ${keys}, which is not known. It takes ${keysAt(shape, issue.path)}.`
}

/** The keys that an object at a path within the shape takes. */
function keysAt(shape: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): string {
  if (shape instanceof z.ZodDefault || shape instanceof z.ZodOptional)
    return keysAt(shape.unwrap(), key === undefined ? [] : [key, ...rest])
  if (shape instanceof z.ZodPipe) return keysAt(shape.out, key === undefined ? [] : [key, ...rest])
  if (shape instanceof z.ZodRecord)
    return key === undefined ? 'names of your choice' : keysAt(shape.valueType, rest)
  if (!(shape instanceof z.ZodObject)) return 'a value'
  if (key === undefined)
    return Object.keys(shape.shape)
      .map((name) => `\`${name}\``)
      .join(', ')
  return keysAt(shape.shape[String(key)], rest)
}
