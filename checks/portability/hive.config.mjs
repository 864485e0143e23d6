// Hive Gateway before the shop's subgraphs: it verifies people's tokens, and vouches for who is calling with a key of
// its own. Run it with the settings that our gateway has (docs/operating.md, "Another gateway"):
//
//   SERVICE_KEYS=hive.json JWKS_FILE=tokens.json TOKEN_ISSUER=… TOKEN_AUDIENCE=… \
//     hive-gateway supergraph supergraph.graphql --config-path hive.config.mjs
import { readFileSync } from 'node:fs'
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose'

const { SERVICE_KEYS, JWKS_FILE, TOKEN_ISSUER, TOKEN_AUDIENCE } = process.env
const { SITE_HOSTS = 'outlet.localhost=outlet', DEFAULT_SITE = 'main' } = process.env
const readKeys = (file) => JSON.parse(readFileSync(file, 'utf8'))

const [ownKey] = readKeys(SERVICE_KEYS).keys
const signingKey = await importJWK(ownKey, 'EdDSA')
const tokenKeys = createLocalJWKSet(readKeys(JWKS_FILE))
const siteOfHost = new Map(SITE_HOSTS.split(',').map((pair) => pair.trim().split('=')))

/** No token makes a service of its bearer: a role of that name must not pass. */
const personalRoles = new Set(['shopper', 'agent', 'moderator', 'staff'])
const lifetimeS = 5 * 60

/** Who is calling, as the token says; a guest where there is none. Throws when it does not hold. */
async function readCaller(authorization) {
  if (!authorization) return { roles: [] }
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
  const { payload } = await jwtVerify(token, tokenKeys, {
    algorithms: ['EdDSA', 'ES256', 'RS256'],
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    requiredClaims: ['sub', 'exp'],
  })
  const { sub, name, roles = [] } = payload
  return { sub, name, roles: roles.filter((role) => personalRoles.has(role)) }
}

async function signContext({ headers }) {
  const { sub, name, roles } = await readCaller(headers.get('authorization'))
  const host = (headers.get('host') ?? '').toLowerCase().replace(/:\d+$/, '')
  const context = new SignJWT({ site: siteOfHost.get(host) ?? DEFAULT_SITE, roles, ...(name && { name }) })
    .setProtectedHeader({ alg: 'EdDSA', kid: ownKey.kid, typ: 'arcade-context+jwt' })
    // The owner of a key is what its id begins with: `gateway.hive` is a gateway's.
    .setIssuer(ownKey.kid.split('.')[0])
    .setAudience('arcade-subgraphs')
    .setIssuedAt()
    .setExpirationTime(`${lifetimeS}s`)
  if (sub) context.setSubject(sub)
  return context.sign(signingKey)
}

/** By request, as each of its calls to a subgraph takes it. */
const contexts = new WeakMap()

const identity = {
  async onRequest({ request, endResponse, fetchAPI }) {
    try {
      contexts.set(request, await signContext(request))
    } catch {
      const errors = [{ message: 'The token does not hold.', extensions: { code: 'UNAUTHENTICATED' } }]
      endResponse(fetchAPI.Response.json({ errors }, { status: 401 }))
    }
  },
}

export const gatewayConfig = {
  plugins: () => [identity],
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ 'arcade-context': contexts.get(request) }),
  },
}
