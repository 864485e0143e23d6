import type { IncomingMessage, ServerResponse } from 'node:http'

const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/

/**
 * Cross-origin resource sharing (https://fetch.spec.whatwg.org/#http-cors-protocol) for the pages of some
 * origins. Any request header may be sent, as Sandbox lets people set what they like; cookies are never
 * read, so that none are asked for. Returns true when the request was a preflight, which is then answered.
 */
export function createCors(origins: readonly string[]) {
  const allowed = new Set(origins)
  const isAllowed = (origin: string) => allowed.has('*') || allowed.has(origin)

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const {
      origin,
      'access-control-request-method': wanted,
      'access-control-request-headers': headers,
    } = request.headers
    response.setHeader('vary', 'origin')
    const isPreflight = request.method === 'OPTIONS' && origin !== undefined && wanted !== undefined
    if (origin !== undefined && isAllowed(origin)) {
      response.setHeader('access-control-allow-origin', allowed.has('*') ? '*' : origin)
      response.setHeader('access-control-expose-headers', 'www-authenticate, retry-after')
      if (isPreflight) {
        response.setHeader('access-control-allow-methods', 'GET, POST')
        if (headers && headerNames.test(headers)) response.setHeader('access-control-allow-headers', headers)
        // A page of the internet asks a gateway on this machine: https://wicg.github.io/private-network-access/
        if (request.headers['access-control-request-private-network'] === 'true') {
          response.setHeader('access-control-allow-private-network', 'true')
        }
        response.setHeader('access-control-max-age', '600')
      }
    }
    if (isPreflight) response.writeHead(204, { 'content-length': '0' }).end()
    return isPreflight
  }
}
