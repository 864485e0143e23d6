import { createHash } from 'node:crypto'
import { uuidFor } from './ids.ts'
import type { SiteName, StoreData } from './types.ts'

const named = (handle: string, name: string, sites: SiteName[], pickUpNote: string): StoreData => ({
  ...{ id: uuidFor('location', handle), handle, name, sites, pickUpNote },
})

/** The stores that shoppers go to. The web shop sells from its warehouse alone. */
export const stores: readonly StoreData[] = [
  named('harbour-street', 'Harbour Street', ['main'], 'Usually ready in 2 hours'),
  named('old-town', 'Old Town', ['main'], 'Usually ready the next day'),
  named('canal-outlet', 'Canal Outlet', ['outlet'], 'Usually ready in 4 hours'),
]

/** How many of a variant a store has. Of most it has none. */
export function stockInStore({ handle }: StoreData, variantId: string): number {
  const [chance = 0, count = 0] = createHash('sha256').update(`${handle}/${variantId}`).digest()
  return chance < 160 ? 0 : count % 13
}
