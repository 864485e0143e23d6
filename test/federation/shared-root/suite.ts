import { graphqlError } from '../../../service/errors.ts'
import type { Suite } from '../suite.ts'

const town = (id: string) => ({
  id,
  name: { id: `name-${id}`, text: `Town ${id}`, language: 'en', origin: 'old' },
  people: 100,
  area: { land: 7, water: 3, islands: ['Ro'] },
})
const Query = { town: () => town('t1'), towns: () => [town('t1'), null, town('t2')], version: () => '1' }

export default {
  about: 'root fields that several subgraphs resolve, each a part',
  resolvers: {
    names: { Query: { ...Query, mayor: () => ({ id: 'm', name: 'Moe' }) } },
    sizes: { Query: { ...Query, mayor: () => ({ id: 'm', age: 50 }) } },
    places: {
      Query,
      Town: {
        mayors() {
          throw graphqlError('FORBIDDEN')
        },
      },
    },
  },
  cases: [
    {
      promise: 'the parts of one object come together, objects within it too',
      query: '{ town { people name { origin text id } area { islands water land } id } }',
      data: {
        town: {
          people: 100,
          name: { origin: 'old', text: 'Town t1', id: 'name-t1' },
          area: { islands: ['Ro'], water: 3, land: 7 },
          id: 't1',
        },
      },
      asks: { names: 1, sizes: 1, places: 1 },
    },
    {
      promise: 'the parts of a list come together item by item, with nulls at their places',
      query: '{ towns { area { water islands } name { language } id } }',
      data: {
        towns: [
          { area: { water: 3, islands: ['Ro'] }, name: { language: 'en' }, id: 't1' },
          null,
          { area: { water: 3, islands: ['Ro'] }, name: { language: 'en' }, id: 't2' },
        ],
      },
    },
    {
      promise: 'one subgraph is enough where it has all',
      query: '{ town { people area { water land } } version }',
      data: { town: { people: 100, area: { water: 3, land: 7 } }, version: '1' },
      asks: { sizes: 1 },
    },
    {
      promise: 'an entity comes together as well',
      query: '{ mayor { age name } }',
      data: { mayor: { age: 50, name: 'Moe' } },
    },
    {
      promise: 'a part that is lost leaves the others',
      query: '{ town { people name { text } area { islands water } } }',
      data: { town: { people: 100, name: { text: 'Town t1' }, area: { islands: null, water: 3 } } },
      down: ['places'],
      errors: ['town.area.islands SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'what takes a part with it takes the whole, and is told as what it is',
      query: '{ version town { people mayors } towns { mayors name { text } } }',
      data: { version: '1', town: null, towns: [null, null, null] },
      errors: ['town FORBIDDEN', 'towns.0 FORBIDDEN', 'towns.2 FORBIDDEN'],
    },
  ],
} satisfies Suite
