import { FIRST_CUSTOMER_DAYS_AGO } from './catalogue.ts'
import { before, DAY_MS, MINUTE_MS } from './dates.ts'
import { customerIdAt, namedCustomers } from './people.ts'
import { randomFor } from './random.ts'
import type { CustomerData } from './types.ts'
import { cultures } from './wording/names.ts'

/** Customer number `index`, from the number alone. */
export function customerAt(index: number, today: Date): CustomerData {
  const named = namedCustomers[index]
  const random = randomFor(`customer:${index}`)
  const culture = random.pick(cultures)
  const firstName = named?.firstName ?? random.pick(culture.first)
  const lastName = named?.lastName ?? random.pick(culture.last)
  const host = random.pick(['example.com', 'example.org'])
  return {
    index,
    id: customerIdAt(index),
    handle: named?.handle ?? null,
    firstName,
    lastName,
    displayName: `${firstName} ${lastName.charAt(0)}.`,
    email: `${mailName(firstName)}.${mailName(lastName)}${named === undefined ? index : ''}@${host}`,
    site: named?.site ?? (random.chance(0.7) ? 'main' : 'outlet'),
    joinedAt: before(today, joinedAgoMs(index)),
  }
}

function joinedAgoMs(index: number): number {
  const named = namedCustomers[index]
  if (named !== undefined) return named.joinedDaysAgo * DAY_MS
  const random = randomFor(`joined:${index}`)
  const days = 3 + (FIRST_CUSTOMER_DAYS_AGO - 4) * random.next() ** 0.85
  return Math.round((days * DAY_MS) / MINUTE_MS) * MINUTE_MS
}

function mailName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ı/g, 'i')
    .replace(/ø/g, 'o')
    .replace(/[^a-z]/g, '')
}
