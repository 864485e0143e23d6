import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Supergraph } from '@apollo/federation-internals'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'

interface ApolloFloor {
  supergraphFile: string
  /** What is sent to whom has this header. */
  answer: (authorization: string) => Promise<Buffer>
}

/**
 * Apollo Server with all that it does by itself switched off, and an executor that only passes bytes on: whatever
 * stands in front of it, no gateway behind Apollo Server can answer more.
 */
export async function startApollo({ supergraphFile, answer }: ApolloFloor) {
  const schema = Supergraph.build(readFileSync(supergraphFile, 'utf8')).apiSchema().toGraphQLJSSchema()
  let tellSchema: (coreSchema: { apiSchema: typeof schema; coreSupergraphSdl: string }) => void = () => {}
  const answers = new Map<string, Buffer>()
  let count = 0
  const apollo = new ApolloServer<{ authorization: string }>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        tellSchema = callback
        return () => {}
      },
      async load() {
        tellSchema({ apiSchema: schema, coreSupergraphSdl: '' })
        return {
          executor: async ({ context }) => {
            const key = String(count++)
            answers.set(key, await answer(String(context.authorization)))
            return { data: { key } }
          },
        }
      },
      async stop() {},
    },
    // The text stands for bytes that are sent as they are.
    stringifyResult: ({ data }) => String(data?.key),
    csrfPrevention: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await apollo.start()

  return async (body: unknown, request: IncomingMessage, response: ServerResponse) => {
    const headers = new HeaderMap()
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
    const { authorization = '' } = request.headers
    const answered = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => ({ authorization }),
    })
    const key = answered.body.kind === 'complete' ? answered.body.string : ''
    const bytes = answers.get(key)
    answers.delete(key)
    for (const [name, value] of answered.headers) response.setHeader(name, value)
    response.setHeader('content-length', bytes?.length ?? 0)
    response.statusCode = bytes === undefined ? 500 : 200
    response.end(bytes)
  }
}
