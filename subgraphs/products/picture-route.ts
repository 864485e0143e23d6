import { createHash } from 'node:crypto'
import { errorCatalogue, graphqlError } from '../../service/errors.ts'
import { type HttpRoutes, sendJson } from '../../service/http.ts'
import { drawPicture } from './pictures/draw.ts'
import { parsePictureKey } from './pictures/key.ts'

/** Nothing in a picture runs or refers to anything outside, and a browser that opens one holds it to that. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const isKnownTo = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((known) => known.trim().replace(/^W\//, '') === tag))

/** `GET /pictures/<key>.svg`: drawn from its key, so that it is for ever the same. */
export const pictureRoute: HttpRoutes = {
  '/pictures/*': {
    methods: ['GET', 'HEAD'],
    handle(request, response, url) {
      const [, key = ''] = /^\/pictures\/([a-z0-9-]{1,60})\.svg$/.exec(url.pathname) ?? []
      const parameters = parsePictureKey(key)
      if (parameters === null) {
        sendJson(response, errorCatalogue.NOT_FOUND.status, {
          errors: [graphqlError('NOT_FOUND', 'There is no picture at this address.')],
        })
        return
      }

      const picture = Buffer.from(drawPicture(parameters))
      const tag = `"${createHash('sha256').update(picture).digest('base64url').slice(0, 22)}"`
      response.setHeader('etag', tag)
      response.setHeader('cache-control', 'public, max-age=31536000, immutable')
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('content-security-policy', contentSecurityPolicy)
      // A web shop at another origin shows them.
      response.setHeader('cross-origin-resource-policy', 'cross-origin')
      if (isKnownTo(request.headers['if-none-match'], tag)) {
        response.writeHead(304).end()
        return
      }
      response.writeHead(200, { 'content-type': 'image/svg+xml', 'content-length': picture.length })
      response.end(request.method === 'HEAD' ? undefined : picture)
    },
  },
}
