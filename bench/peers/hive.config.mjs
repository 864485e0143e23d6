// Hive Gateway as its command line runs it. Sharing what is in flight is on or off as a whole: its default shares
// requests to subgraphs alone, which can gain nothing where every request has its own Authorization, and costs time.
import { defineConfig } from '@graphql-hive/gateway'

const shares = process.env.SHARE_IN_FLIGHT === 'true'

export const gatewayConfig = defineConfig({
  inboundInflightRequestDeduplication: shares,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: shares } } },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
  },
  ...(process.env.JIT === 'true' && { jit: true }),
  // Off unless it is asked for: https://the-guild.dev/graphql/hive/docs/gateway/other-features/upstream-reliability
  ...(process.env.UPSTREAM_TIMEOUT_MS && { upstreamTimeout: Number(process.env.UPSTREAM_TIMEOUT_MS) }),
})
