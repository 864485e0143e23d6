import { uuidFor } from './ids.ts'
import type { AgentData } from './types.ts'

/** The customers that one can be by name: numbers 0, 1 and 2 of the shop. */
export const namedCustomers = [
  { handle: 'ada', firstName: 'Ada', lastName: 'Lovelace', site: 'main', joinedDaysAgo: 1041 },
  { handle: 'grace', firstName: 'Grace', lastName: 'Hopper', site: 'outlet', joinedDaysAgo: 988 },
  { handle: 'linus', firstName: 'Linus', lastName: 'Pauling', site: 'main', joinedDaysAgo: 903 },
] as const

/** The uuid of a named customer. Throws a RangeError that lists the handles for any other name. */
export function customerIdFor(handle: string): string {
  const index = namedCustomers.findIndex((customer) => customer.handle === handle)
  if (index === -1) {
    const known = namedCustomers.map((customer) => customer.handle).join(', ')
    throw new RangeError(`There is no customer by the name of "${handle}". Named customers: ${known}.`)
  }
  return customerIdAt(index)
}

/** The uuid of customer number `index`, from 0. */
export function customerIdAt(index: number): string {
  return uuidFor('customer', String(index))
}

/** The people who answer. `id` is a uuid. */
export const agents: readonly AgentData[] = [
  ['maya', 'Maya'],
  ['tomas', 'Tomás'],
  ['ines', 'Inès'],
  ['kofi', 'Kofi'],
  ['hanna', 'Hanna'],
  ['ravi', 'Ravi'],
].map(([handle = '', displayName = '']) => ({ id: uuidFor('agent', handle), handle, displayName }))
