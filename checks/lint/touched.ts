import { type ASTNode, type DefinitionNode, parse, print } from 'graphql'
import type { SubgraphSource } from '../compose/compose.ts'

/** An element of a schema's file, with the lines that it takes. */
export interface FileElement {
  coordinate: string
  firstLine: number
  lastLine: number
  text: string
}

/** The elements of a file that parses: the types first, then what stands within them. */
export function elementsOf(sdl: string): FileElement[] {
  const { definitions } = parse(sdl)
  return definitions.flatMap((definition) => {
    const name = nameOf(definition)
    if (name === null) return []
    const members = membersOf(definition)
    // A type is touched when its head is: its members speak for themselves.
    return [
      element(name, definition, print({ ...definition, ...emptied(definition) })),
      ...members.map((member) => element(`${name}.${member.name.value}`, member, print(member))),
    ]
  })
}

/** The elements of a subgraph's file that are not in the base as they are here. */
export function touchedElements(
  { name, sdl }: SubgraphSource,
  base: readonly SubgraphSource[],
): ReadonlySet<string> {
  const before = base.find((source) => source.name === name)
  const known = new Set(before ? elementsOf(before.sdl).map(keyOf) : [])
  return new Set(elementsOf(sdl).flatMap((each) => (known.has(keyOf(each)) ? [] : [each.coordinate])))
}

const keyOf = ({ coordinate, text }: FileElement): string => JSON.stringify([coordinate, text])

function nameOf(definition: DefinitionNode): string | null {
  if (!('name' in definition) || !definition.name) return null
  return definition.kind === 'DirectiveDefinition' ? `@${definition.name.value}` : definition.name.value
}

function membersOf(definition: DefinitionNode) {
  if ('fields' in definition) return definition.fields ?? []
  return 'values' in definition ? (definition.values ?? []) : []
}

function emptied(definition: DefinitionNode) {
  if ('fields' in definition) return { fields: [] }
  return 'values' in definition ? { values: [] } : {}
}

const element = (coordinate: string, { loc }: ASTNode, text: string): FileElement => ({
  coordinate,
  firstLine: loc?.startToken.line ?? 0,
  lastLine: loc?.endToken.line ?? 0,
  text,
})
