import { listed } from '../rules/schema-elements.ts'
import { compose, type SubgraphSource } from './compose.ts'

/**
 * Says whose change it is that a graph cannot be composed any more, by composing the base with each change alone.
 * @param label what the base is called
 */
export function findCulprits(
  label: string,
  before: readonly SubgraphSource[],
  after: readonly SubgraphSource[],
): { culprits: string[]; message: string } {
  const changed = after.filter(({ name, sdl }) => before.find((old) => old.name === name)?.sdl !== sdl)
  const names = changed.map(({ name }) => name)
  const culprits = changed
    .filter((source) => compose(withSource(before, source)).errors !== null)
    .map(({ name }) => name)
  const gone = before.filter(({ name }) => !after.some((source) => source.name === name))
  if (culprits.length > 0) {
    return {
      culprits,
      message: `The change of ${listed(culprits)} does not go with the others of ${label}${culprits.length > 1 ? ', each by itself' : ''}.`,
    }
  }
  const all = [...names, ...gone.map(({ name }) => `the loss of ${name}`)]
  return {
    culprits: names,
    message: `Each change goes with ${label} by itself: ${listed(all)} do not go together.`,
  }
}

const withSource = (sources: readonly SubgraphSource[], changed: SubgraphSource): SubgraphSource[] =>
  sources.some(({ name }) => name === changed.name)
    ? sources.map((source) => (source.name === changed.name ? changed : source))
    : [...sources, changed]
