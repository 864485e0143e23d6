import { type Composed, compose } from './compose/compose.ts'

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@listSize"])`

/** Sources of subgraphs for tests, each as if read from `<name>.graphql`. One that links nothing gets `@key` and its like. */
export const sourcesOf = (schemas: Record<string, string>) =>
  Object.entries(schemas).map(([name, sdl]) => ({
    name,
    url: `http://127.0.0.1/${name}`,
    file: `${name}.graphql`,
    sdl: sdl.includes('@link(') ? sdl : `${link}\n${sdl}`,
  }))

/** Composes subgraphs for tests. Throws when they do not compose. */
export function composeSchemas(schemas: Record<string, string>): Composed {
  const { composed, errors } = compose(sourcesOf(schemas))
  if (!composed) throw new Error(errors.map(({ message }) => message).join('\n'))
  return composed
}
