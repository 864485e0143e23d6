import { setTimeout as sleep } from 'node:timers/promises'
import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { BackgroundWork } from '../../kit/subgraph.ts'
import { sandboxSignatureHeader, sandboxWebhookSecret } from './sandbox-provider.ts'
import { signWebhook } from './webhook-signature.ts'

interface DeliverOptions {
  prisma: PrismaClient
  /** The address of the webhook's route. */
  url: () => string
  pollMs?: number
  timeoutMs?: number
}

/** What goes over the wire, signed for now. */
function signedSandboxWebhook({ id, kind, paymentId }: { id: string; kind: string; paymentId: string }) {
  const body = JSON.stringify({ id, type: kind, payment: paymentId })
  const signature = signWebhook(sandboxWebhookSecret, body)
  return { body, headers: { 'content-type': 'application/json', [sandboxSignatureHeader]: signature } }
}

/** Sends the test provider's webhooks, as a provider does: until they are taken, with longer and longer pauses. */
export function deliverSandboxWebhooks({
  prisma,
  url,
  pollMs = 500,
  timeoutMs = 5_000,
}: DeliverOptions): BackgroundWork {
  const stopping = new AbortController()
  let waiting = 0

  async function deliver(): Promise<void> {
    const due = await prisma.$queryRaw<{ id: string; kind: string; paymentId: string }[]>`
      /* background */ UPDATE "TestPaymentWebhook"
      SET "attempts" = "attempts" + 1, "dueAt" = now() + least(2 ^ "attempts", 3600) * interval '1 s'
      WHERE "id" IN (
        SELECT "id" FROM "TestPaymentWebhook" WHERE "dueAt" <= now() ORDER BY "dueAt" LIMIT 20 FOR UPDATE SKIP LOCKED
      )
      RETURNING "id", "kind", "paymentId"`
    waiting = due.length
    for (const webhook of due) {
      const { body, headers } = signedSandboxWebhook(webhook)
      const taken = await fetch(url(), {
        method: 'POST',
        body,
        headers,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping.signal]),
      }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.ok
        },
        () => false,
      )
      if (taken) {
        await prisma.$executeRaw`
          /* background */ UPDATE "TestPaymentWebhook" SET "deliveredAt" = now(), "dueAt" = NULL WHERE "id" = ${webhook.id}`
      }
    }
  }

  const done = (async () => {
    while (!stopping.signal.aborted) {
      // A database that is away is told of by whoever needs it more.
      await deliver().catch(() => undefined)
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()

  return {
    name: 'sandboxWebhooks',
    status: () => ({ waiting }),
    async stop() {
      stopping.abort()
      await done
    },
  }
}
