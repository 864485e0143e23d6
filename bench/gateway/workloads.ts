import type { Asking } from '../load/load.ts'
import { type GraphName, stockFields } from '../subgraphs/schemas.ts'

export interface Workload extends Asking {
  name: string
  title: string
  graph: GraphName
  connections: number
  peers: readonly string[]
}

/** The public benchmark's query, the users under a response key of choice. */
const heavyQuery = (users = 'users') => `fragment User on User {
  id
  username
  name
}

fragment Review on Review {
  id
  body
}

fragment Product on Product {
  inStock
  name
  price
  shippingEstimate
  upc
  weight
}

query TestQuery {
  ${users} {
    ...User
    reviews {
      ...Review
      product {
        ...Product
        reviews {
          ...Review
          author {
            ...User
            reviews {
              ...Review
              product {
                ...Product
              }
            }
          }
        }
      }
    }
  }
  topProducts {
    ...Product
    reviews {
      ...Review
      author {
        ...User
        reviews {
          ...Review
          product {
            ...Product
          }
        }
      }
    }
  }
}`

const heavy = heavyQuery()
const small = `query Small {
  topProducts(first: 2) {
    upc
    name
    price
    inStock
    reviews {
      id
      body
    }
  }
}`
const wide = `query Wide {
  topProducts {
    upc
    name
    ${stockFields.join('\n    ')}
  }
}`

/** A text that no gateway has seen, nor anything that is the same but for names of fragments or blanks. */
const neverSeen = (count: number) => heavyQuery(`users${String(count).padStart(9, '0')}: users`)

const peersBeside = ['stock', 'stock-undici', 'hive-js', 'hive-rust', 'arcade']

export const workloads: readonly Workload[] = [
  {
    name: 'heavy',
    title: "The public benchmark's query, each request with its own Authorization",
    graph: 'shop',
    queryOf: () => heavy,
    hasUniqueCallers: true,
    connections: 50,
    peers: [
      'stock-plain',
      'stock',
      'stock-undici',
      'hive-js',
      'hive-js-jit',
      'hive-rust-plain',
      'hive-rust',
      'arcade',
      'floor-parse',
      'floor-pass',
      'floor-apollo',
    ],
  },
  {
    name: 'small',
    title: 'A small query of three fetches, each request with its own Authorization',
    graph: 'shop',
    queryOf: () => small,
    hasUniqueCallers: true,
    connections: 50,
    peers: [...peersBeside, 'floor-parse', 'floor-apollo'],
  },
  {
    name: 'cold',
    title: 'Every operation is new: the heavy query under a response key that was never there',
    graph: 'shop',
    queryOf: neverSeen,
    hasUniqueCallers: true,
    connections: 5,
    peers: ['stock', 'hive-js', 'hive-rust', 'arcade'],
  },
  {
    name: 'wide',
    title: 'One fetch, then one to each of 100 other subgraphs at once',
    graph: 'wide',
    queryOf: () => wide,
    hasUniqueCallers: true,
    connections: 10,
    peers: [...peersBeside, 'floor-parse', 'floor-apollo'],
  },
  {
    name: 'identical',
    title: 'Identical requests, what is in flight shared by those that can',
    graph: 'shop',
    queryOf: () => heavy,
    hasUniqueCallers: false,
    connections: 50,
    peers: ['stock', 'hive-js-shared', 'hive-rust-shared', 'arcade-shared'],
  },
]
