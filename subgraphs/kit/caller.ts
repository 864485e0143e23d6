import { graphqlError } from '../../service/errors.ts'
import type { CallerContext } from '../../service/signed-context.ts'
import { serviceRole } from '../../service/signed-context.ts'
import type { SubgraphName } from './config.ts'
import { toUuid } from './ids.ts'
import { isSite, type Site } from './sites.ts'

export type Role = 'shopper' | 'agent' | 'moderator' | 'staff'

/** Who a request is made for. */
export interface Caller {
  /** The id of who is signed in, a customer or somebody who works for the shop; null for a guest. */
  subject: string | null
  /** The signed-in customer's uuid; null for a guest, and for who works for the shop. */
  customerId: string | null
  /** The name that they show; null where it is not known. */
  name: string | null
  site: Site
  has(...roles: Role[]): boolean
  /** The service that calls on its own account; null when the call is made for a person. */
  service: string | null
}

/** @throws FORBIDDEN when the context names a site that this shop does not have. */
export function callerFrom({ issuer, subject, name, site, roles }: CallerContext): Caller {
  if (!isSite(site))
    throw graphqlError('FORBIDDEN', `There is no site ${JSON.stringify(site)}.`, { http: true })
  // A gateway vouches for people only, so that a forged role in a client's token opens nothing inside.
  const service = issuer !== 'gateway' && roles.includes(serviceRole) ? issuer : null
  return {
    subject,
    customerId: subject === null ? null : toUuid('cus', subject),
    name,
    site,
    has: (...wanted) => wanted.some((role) => roles.includes(role)),
    service,
  }
}

/** The signed-in customer's uuid. @throws UNAUTHENTICATED for a guest. */
export function requireCustomer(caller: Caller): string {
  if (caller.customerId === null) throw graphqlError('UNAUTHENTICATED', 'Sign in to do this.')
  return caller.customerId
}

/** @throws UNAUTHENTICATED for a guest, FORBIDDEN for somebody without one of the roles. */
export function requireRole(caller: Caller, ...roles: Role[]): void {
  if (caller.has(...roles)) return
  if (caller.customerId === null && !caller.has('shopper', 'agent', 'moderator', 'staff')) {
    throw graphqlError('UNAUTHENTICATED', 'Sign in to do this.')
  }
  throw graphqlError('FORBIDDEN', `This takes the role ${roles.join(' or ')}.`)
}

/** @throws FORBIDDEN unless one of the services calls on its own account. */
export function requireService(caller: Caller, ...services: SubgraphName[]): void {
  if (services.some((service) => service === caller.service)) return
  throw graphqlError('FORBIDDEN', 'This is for other services of the shop alone.')
}

/** Whether the caller is that customer, or has one of the roles that may see what is theirs. */
export const maySee = (caller: Caller, customerId: string, ...roles: Role[]): boolean =>
  caller.customerId === customerId || caller.has(...roles)
