import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import { type HttpRoutes, readBody, sendJson } from '../../../service/http.ts'
import type { Logger } from '../../../service/log.ts'
import type { PaymentProvider } from './payment-provider.ts'

export const webhookPath = '/webhooks/payments'

/** Providers' events are a few kilobytes. */
const maxBodyBytes = 262_144

interface WebhookOptions {
  prisma: PrismaClient
  provider: PaymentProvider
  log: Logger
  /** Called once for each event that was not known yet. */
  onNews(reference: string): Promise<void>
}

/**
 * `POST /webhooks/payments`: what the payment provider has to tell. What it says is never believed beyond that
 * something has changed: whoever waits for the payment asks the provider how it stands, so that neither order nor
 * repetition matters.
 */
export function webhookRoute({ prisma, provider, log, onNews }: WebhookOptions): HttpRoutes {
  return {
    [webhookPath]: {
      methods: ['POST'],
      async handle(request, response) {
        const body = await readBody(request, maxBodyBytes)
        if (body === null) return sendJson(response, 413, { error: 'too large' })
        const news = readNews(body, request.headers)
        if (news === null) {
          log.warn('a payment webhook was refused: it is not signed by the provider, or too old')
          return sendJson(response, 400, { error: 'not signed, or too long ago' })
        }
        if (news === 'unknown kind') return sendJson(response, 200, { received: true })
        const isNew = await prisma.$executeRaw`
          INSERT INTO "PaymentEvent" ("provider", "eventId", "kind", "reference")
          VALUES (${provider.name}, ${news.eventId}, ${news.kind}, ${news.reference}) ON CONFLICT DO NOTHING`
        if (isNew === 1) await onNews(news.reference)
        sendJson(response, 200, { received: true })
      },
    },
  }

  function readNews(body: Buffer, headers: NodeJS.Dict<string | string[]>) {
    try {
      return provider.readWebhook(body, headers)
    } catch {
      return null // signed or not, it is not what the provider sends
    }
  }
}
