import type { Suite } from '../suite.ts'

const article = { id: 'a1', code: 'c1', origin: { country: 'PT', number: 7 }, headline: 'Rain' }

/** Takes what one of the type's keys has, and nothing else. */
function reference(keys: readonly string[]) {
  return ({ __typename, ...key }: Record<string, unknown>) => {
    const given = Object.keys(key).toSorted().join(' ')
    if (!keys.includes(given)) throw new Error(`there is no key of ${given}`)
    return { ...article, ...key }
  }
}

export default {
  about: 'many keys for one entity, some within others',
  resolvers: {
    press: {
      Query: { article: () => article },
      Article: { __resolveReference: reference(['id', 'code', 'origin', 'id origin']) },
    },
    kiosk: {
      Query: { issue: () => ({ id: 'i1', articles: [{ id: 'a1', code: 'c1', origin: article.origin }] }) },
      Article: {
        __resolveReference: reference(['headline id origin']),
        teaser: ({ headline }) => `${headline}…`,
      },
    },
  },
  cases: [
    {
      promise: 'a subgraph is asked by a key that it can be asked by, and what a field requires comes along',
      query: '{ issue { id articles { id headline teaser } } }',
      data: { issue: { id: 'i1', articles: [{ id: 'a1', headline: 'Rain', teaser: 'Rain…' }] } },
    },
    {
      promise: 'a client may ask for all of the keys',
      query: '{ article { teaser origin { number country } code id } }',
      data: { article: { teaser: 'Rain…', origin: { number: 7, country: 'PT' }, code: 'c1', id: 'a1' } },
    },
    {
      promise: 'what a field requires comes also where the client asks only for that field',
      query: '{ issue { articles { teaser } } }',
      data: { issue: { articles: [{ teaser: 'Rain…' }] } },
    },
  ],
} satisfies Suite
