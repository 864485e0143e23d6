import { createLocalJWKSet, importJWK, type JSONWebKeySet, type JWK, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { SettingsError } from './settings.ts'

/**
 * Who a request is made for, as one process tells another. It travels as a signed token, so that a subgraph
 * can tell that it comes from the gateway (or from another service that it trusts) and was not made up by a
 * client. The signature is asymmetric: who can verify a context can't make one.
 */
export interface CallerContext {
  /** The service that vouches for it: `gateway`, or the subgraph that calls on its own account. */
  issuer: string
  /** The id of who is signed in; null for a guest. */
  subject: string | null
  /** The name that they show; null where it is not known. */
  name: string | null
  /** The site that the request came in by. */
  site: string
  roles: readonly string[]
}

/** The header that carries the signed context. */
export const contextHeader = 'arcade-context'

/** Only a service's own credential carries this role; the gateway vouches for it for nobody. */
export const serviceRole = 'service'

const audience = 'arcade-subgraphs'
const tokenType = 'arcade-context+jwt'
const claims = z.object({
  iss: z.string(),
  sub: z.string().optional(),
  name: z.string().optional(),
  site: z.string(),
  roles: z.array(z.string()),
  exp: z.number(),
})

/** A key belongs to the service that its id begins with: `gateway`, or `gateway.2` while keys are rotated. */
const ownerOf = (kid: string | undefined) => kid?.split('.')[0]

export interface ContextSigner {
  /** Signs a context that holds until `expiresAt` (milliseconds since 1970). */
  sign(context: Omit<CallerContext, 'issuer'>, expiresAt: number): Promise<string>
}

/**
 * Signs with the first private key in `keys` that belongs to `issuer`.
 * @throws {SettingsError} when there is none.
 */
export async function createContextSigner({
  issuer,
  keys,
}: {
  issuer: string
  keys: JSONWebKeySet
}): Promise<ContextSigner> {
  const jwk = keys.keys.find((key) => ownerOf(key.kid) === issuer && key.d !== undefined)
  if (!jwk?.kid)
    throw new SettingsError(`SERVICE_KEYS holds no private key whose kid is ${JSON.stringify(issuer)}`)
  const key = await importJWK(jwk, 'EdDSA')
  const header = { alg: 'EdDSA', kid: jwk.kid, typ: tokenType }
  return {
    sign({ subject, name, site, roles }, expiresAt) {
      const token = new SignJWT({ site, roles: [...roles], ...(name !== null && { name }) })
        .setProtectedHeader(header)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(expiresAt / 1000))
      if (subject !== null) token.setSubject(subject)
      return token.sign(key)
    },
  }
}

export interface ContextVerifier {
  /** The context in a header's value; null when it is absent, forged, expired or by somebody not trusted. */
  verify(header: string | undefined): Promise<CallerContext | null>
}

const publicPart = ({ d: _, ...jwk }: JWK): JWK => jwk

/** Verifies with the public parts of `keys`; every issuer that owns one of them is trusted. */
export function createContextVerifier({
  keys,
  cacheSize = 10_000,
}: {
  keys: JSONWebKeySet
  cacheSize?: number
}): ContextVerifier {
  const keySet = createLocalJWKSet({ keys: keys.keys.map(publicPart) })
  const verified = new LRUCache<string, CallerContext>({ max: cacheSize })

  async function check(token: string): Promise<CallerContext | null> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keySet, {
        audience,
        typ: tokenType,
        algorithms: ['EdDSA'],
        requiredClaims: ['exp'],
      })
      const { iss, sub, name, site, roles, exp } = claims.parse(payload)
      if (ownerOf(protectedHeader.kid) !== iss) return null
      const context = { issuer: iss, subject: sub ?? null, name: name ?? null, site, roles }
      verified.set(token, context, { ttl: Math.max(1, exp * 1000 - Date.now()) })
      return context
    } catch {
      return null
    }
  }

  return {
    async verify(header) {
      if (!header) return null
      return verified.get(header) ?? check(header)
    },
  }
}
