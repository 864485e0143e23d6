import type { Suite } from '../suite.ts'

const seats: Record<string, string> = { t1: 'A1', t2: 'B22' }

export default {
  about: 'a field that has moved, requires another, is required by another, and is an interface’s',
  resolvers: {
    old: {
      Query: {
        tickets: () => [
          { id: 't1', seat: 'A1', price: 1000 },
          { id: 't2', seat: 'B22', price: 1000 },
        ],
      },
      Ticket: { __resolveReference: ({ id }) => ({ id, seat: seats[id], price: 1000 }) },
    },
    new: {
      Query: { sold: () => [{ __typename: 'Ticket', id: 't2' }] },
      Ticket: { __resolveReference: (ticket) => ticket, price: ({ seat }) => seat.length * 10 },
    },
    taxes: { Ticket: { __resolveReference: (ticket) => ticket, tax: ({ price }) => price / 10 } },
  },
  cases: [
    {
      promise: 'what the moved field requires is had before it',
      query: '{ tickets { price } }',
      data: { tickets: [{ price: 20 }, { price: 30 }] },
    },
    {
      promise: 'what requires the moved field gets it from where it is now',
      query: '{ tickets { tax seat } }',
      data: {
        tickets: [
          { tax: 2, seat: 'A1' },
          { tax: 3, seat: 'B22' },
        ],
      },
    },
    {
      promise: 'it is the same through an interface',
      query: '{ sold { price id } }',
      data: { sold: [{ price: 30, id: 't2' }] },
    },
    {
      promise: 'what requires it waits for it also where the way begins in its own subgraph',
      query: '{ sold { price ... on Ticket { tax } id } }',
      data: { sold: [{ price: 30, tax: 3, id: 't2' }] },
    },
  ],
} satisfies Suite
