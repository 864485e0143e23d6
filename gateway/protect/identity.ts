import { HeaderMap } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { errors as joseErrors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { errorCatalogue, graphqlError } from '../../service/errors.ts'
import type { Logger } from '../../service/log.ts'
import { type CallerContext, createContextSigner } from '../../service/signed-context.ts'
import type { IdentityConfig } from '../config.ts'
import { openTokenKeys } from './token-keys.ts'

export interface Identity {
  /**
   * The signed context of who is calling, for the subgraphs.
   * @throws {GraphQLError} with the HTTP status 401 when there is a token that does not hold.
   */
  signedContext(headers: { authorization: string | undefined; host: string | undefined }): Promise<string>
  /** The site that a Host header stands for. */
  siteOf(host: string | undefined): string
  stop(): void
}

type Caller = Pick<CallerContext, 'subject' | 'name' | 'roles'>

/** The roles that a person may have. `service` is not among them: no token makes a service of its bearer. */
const personalRoles = new Set(['shopper', 'agent', 'moderator', 'staff'])

/** Asymmetric ones only, so that who can verify a token can't make one: RFC 8725, section 3.1. */
const algorithms = ['EdDSA', 'ES256', 'RS256']

/** A signed context holds for so long, and is made anew so long before it ends. */
const contextLifetimeMs = 5 * 60_000
const renewBeforeMs = 60_000

const guest: Caller = { subject: null, name: null, roles: [] }

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().optional(),
  roles: z.array(z.string()).default([]),
  exp: z.number(),
})

/** What is wrong with the keys and not with the token. */
const isOurFault = (error: unknown) =>
  !(error instanceof joseErrors.JOSEError) ||
  error instanceof joseErrors.JWKSTimeout ||
  error instanceof joseErrors.JWKSInvalid ||
  error.code === 'ERR_JOSE_GENERIC'

function unauthenticated(): GraphQLError {
  const headers = new HeaderMap([['www-authenticate', 'Bearer error="invalid_token"']])
  const { status, meaning } = errorCatalogue.UNAUTHENTICATED
  return new GraphQLError(meaning, { extensions: { code: 'UNAUTHENTICATED', http: { status, headers } } })
}

const bearer = /^bearer +([\w.~+/=-]+) *$/i

/** The host without its port: `[::1]:4000`, `outlet.localhost:4000`. */
const hostName = (host = '') => host.toLowerCase().replace(/:\d+$/, '')

interface Signed {
  context: string
}

/** Tells who is calling from a bearer token, and vouches for it to the subgraphs. */
export async function openIdentity(
  { tokenKeys, tokenIssuer, tokenAudience, serviceKeys, siteOfHost, defaultSite }: IdentityConfig,
  { filePollMs, keysTimeoutMs, log }: { filePollMs: number; keysTimeoutMs: number; log: Logger },
): Promise<Identity> {
  const signer = await createContextSigner({ issuer: 'gateway', keys: serviceKeys })
  const keys = await openTokenKeys(tokenKeys, { pollMs: filePollMs, timeoutMs: keysTimeoutMs, log })
  const newCache = () => new LRUCache<string, Signed>({ max: 10_000 })
  // Another one for other keys: what is being verified by the ones before ends in a cache that nobody reads.
  let signed = newCache()
  keys.onChange(() => {
    signed = newCache()
  })

  async function readToken(authorization: string): Promise<Caller & { expiresAt: number }> {
    const token = bearer.exec(authorization)?.[1]
    if (!token) throw unauthenticated()
    try {
      const { payload } = await jwtVerify(token, keys.getKey, {
        algorithms,
        issuer: tokenIssuer,
        audience: tokenAudience,
        requiredClaims: ['sub', 'exp'],
      })
      const { sub, name, roles, exp } = claims.parse(payload)
      return {
        subject: sub,
        name: name ?? null,
        roles: roles.filter((role) => personalRoles.has(role)),
        expiresAt: exp * 1000,
      }
    } catch (error) {
      if (!isOurFault(error) || error instanceof z.ZodError) throw unauthenticated()
      log.error({ err: error }, 'tokens can not be verified')
      throw graphqlError('SERVICE_UNAVAILABLE', undefined, { http: true })
    }
  }

  async function sign(authorization: string | undefined, site: string): Promise<Signed & { ttl: number }> {
    const { expiresAt, ...caller } = authorization
      ? await readToken(authorization)
      : { ...guest, expiresAt: Number.POSITIVE_INFINITY }
    const now = Date.now()
    const contextEndsAt = Math.min(now + contextLifetimeMs, expiresAt)
    // An operation that began with a token that held is not cut short when the token ends meanwhile.
    const context = await signer.sign({ ...caller, site }, Math.max(contextEndsAt, now + renewBeforeMs))
    return { context, ttl: contextEndsAt - now - renewBeforeMs }
  }

  const siteOf = (host: string | undefined) => siteOfHost.get(hostName(host)) ?? defaultSite

  return {
    siteOf,
    async signedContext({ authorization, host }) {
      const site = siteOf(host)
      const key = `${site} ${authorization ?? ''}`
      const cache = signed
      const known = cache.get(key)
      if (known) return known.context
      const { context, ttl } = await sign(authorization, site)
      // What ends within a minute is not worth keeping.
      if (ttl > 0) cache.set(key, { context }, { ttl })
      return context
    },
    stop: () => keys.stop(),
  }
}
