import { type ContextSigner, serviceRole } from '../../service/signed-context.ts'
import type { Site } from './sites.ts'

const lifetimeMs = 60_000

/** The credential by which a subgraph calls others on its own account, made anew before it runs out. */
export function ownCredential(signer: () => Promise<ContextSigner>): (site?: Site) => Promise<string> {
  const made = new Map<Site, { token: string; until: number }>()
  return async (site = 'main') => {
    const now = Date.now()
    const known = made.get(site)
    if (known !== undefined && known.until >= now + lifetimeMs / 2) return known.token
    const until = now + lifetimeMs
    const caller = { subject: null, name: null, site, roles: [serviceRole] }
    const token = await (await signer()).sign(caller, until)
    made.set(site, { token, until })
    return token
  }
}
