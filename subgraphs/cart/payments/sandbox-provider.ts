import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { CurrencyCode, PaymentDeclineReason } from '../schema.generated.ts'
import {
  type PaymentNews,
  type PaymentProvider,
  type PaymentState,
  PaymentsUnavailable,
  type RefundState,
} from './payment-provider.ts'
import { type SandboxCard, sandboxCards } from './sandbox-cards.ts'
import { isSigned } from './webhook-signature.ts'

// A payment provider that behaves like a real one and moves no money, for development and tests. Its ledger stands in
// tables of its own and is written in transactions of its own: for the checkout it is as far away as any other.

type Transaction = Prisma.TransactionClient

interface TestPaymentRow {
  id: string
  key: string
  method: string
  amount: number
  currency: CurrencyCode
  status: PaymentState['status']
  declineReason: PaymentDeclineReason | null
  returnUrl: string | null
  decidedAt: Date | null
}

/** Development's alone: whoever can sign with it can only have the provider asked how a payment stands. */
export const sandboxWebhookSecret = 'whsec_sandbox'
export const sandboxSignatureHeader = 'sandbox-signature'

const newsSchema = z.object({
  id: z.string(),
  type: z.string(),
  payment: z.string(),
})

export type SandboxProvider = ReturnType<typeof createSandboxProvider>

export function createSandboxProvider(prisma: PrismaClient, { publicUrl }: { publicUrl: () => string }) {
  const cardOf = ({ method }: TestPaymentRow): SandboxCard =>
    sandboxCards[method] ?? { declines: 'INVALID_PAYMENT_METHOD' }

  const stateOf = ({ id, status, declineReason }: TestPaymentRow): PaymentState => {
    if (status === 'DECLINED') return { status, reason: declineReason ?? 'GENERIC_DECLINE' }
    if (status !== 'ACTION_NEEDED') return { status }
    return {
      status,
      redirectUrl: `${publicUrl()}/payments/test/challenge/${id}`,
      clientToken: null,
    }
  }

  /** Works on one payment, alone; what has been decided in the meantime is taken in first. */
  const onPayment = <Result>(
    reference: string,
    work: (tx: Transaction, payment: TestPaymentRow) => Promise<Result>,
  ): Promise<Result> =>
    prisma.$transaction(async (tx) => {
      const [payment] = await tx.$queryRaw<TestPaymentRow[]>`
        SELECT "id", "key", "method", "amount", "currency", "status", "declineReason", "returnUrl", "decidedAt"
        FROM "TestPayment" WHERE "id" = ${reference} FOR UPDATE`
      if (payment === undefined) throw new PaymentsUnavailable('there is no such test payment')
      const decided =
        payment.status === 'PROCESSING' && payment.decidedAt !== null && payment.decidedAt <= new Date()
      return work(tx, decided ? await decide(tx, payment) : payment)
    })

  async function become(
    tx: Transaction,
    payment: TestPaymentRow,
    status: TestPaymentRow['status'],
    declineReason: PaymentDeclineReason | null = null,
  ): Promise<TestPaymentRow> {
    await tx.$executeRaw`
      UPDATE "TestPayment" SET "status" = ${status}, "declineReason" = ${declineReason} WHERE "id" = ${payment.id}`
    await tell(tx, payment.id, `payment.${status.toLowerCase()}`)
    return { ...payment, status, declineReason }
  }

  const tell = (tx: Transaction, paymentId: string, kind: string) => tx.$executeRaw`
    INSERT INTO "TestPaymentWebhook" ("id", "paymentId", "kind") VALUES (${`evt_${randomUUID()}`}, ${paymentId}, ${kind})`

  const enter = (
    tx: Transaction,
    { id }: TestPaymentRow,
    entry: { kind: string; amount: number; key: string },
  ) =>
    tx.$executeRaw`
      INSERT INTO "TestPaymentEntry" ("paymentId", "kind", "amount", "key")
      VALUES (${id}, ${entry.kind}, ${entry.amount}, ${entry.key}) ON CONFLICT DO NOTHING`

  /** What the bank says when it is asked at last. */
  async function decide(tx: Transaction, payment: TestPaymentRow): Promise<TestPaymentRow> {
    const { declines } = cardOf(payment)
    if (declines) return become(tx, payment, 'DECLINED', declines)
    await enter(tx, payment, {
      kind: 'authorise',
      amount: payment.amount,
      key: `${payment.key}:authorise`,
    })
    return become(tx, payment, 'AUTHORISED')
  }

  const provider: PaymentProvider = {
    name: 'test',

    async open({ paymentId, amount, currency, method, returnUrl }) {
      await prisma.$executeRaw`
        INSERT INTO "TestPayment" ("id", "key", "method", "amount", "currency", "status", "returnUrl")
        VALUES (${`tp_${randomUUID()}`}, ${paymentId}, ${method}, ${amount}, ${currency}::"CurrencyCode", 'OPEN',
                ${returnUrl})
        ON CONFLICT DO NOTHING`
      const [made] = await prisma.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "TestPayment" WHERE "key" = ${paymentId}`
      if (made === undefined) throw new PaymentsUnavailable('the test payment was not made')
      return { reference: made.id }
    },

    authorise: ({ reference }) =>
      onPayment(reference, async (tx, payment) => {
        if (payment.status !== 'OPEN') return stateOf(payment)
        const { challenges, decidesAfterMs } = cardOf(payment)
        if (challenges) {
          if (payment.returnUrl === null)
            return stateOf(await become(tx, payment, 'DECLINED', 'AUTHENTICATION_FAILED'))
          return stateOf(await become(tx, payment, 'ACTION_NEEDED'))
        }
        if (decidesAfterMs === undefined) return stateOf(await decide(tx, payment))
        await tx.$executeRaw`
          UPDATE "TestPayment" SET "decidedAt" = now() + ${decidesAfterMs} * interval '1 ms' WHERE "id" = ${payment.id}`
        return stateOf(await become(tx, payment, 'PROCESSING'))
      }),

    look: (reference) => onPayment(reference, async (_, payment) => stateOf(payment)),

    capture: ({ paymentId, reference, amount }) =>
      onPayment(reference, async (tx, payment) => {
        if (payment.status !== 'AUTHORISED') return stateOf(payment)
        if (cardOf(payment).captureFails) return stateOf(await become(tx, payment, 'CANCELLED'))
        await enter(tx, payment, { kind: 'capture', amount, key: `${paymentId}:capture` })
        return stateOf(await become(tx, payment, 'CAPTURED'))
      }),

    cancel: ({ paymentId, reference }) =>
      onPayment(reference, async (tx, payment) => {
        if (['CAPTURED', 'CANCELLED', 'DECLINED'].includes(payment.status)) return stateOf(payment)
        const held = payment.status === 'AUTHORISED' ? payment.amount : 0
        await enter(tx, payment, { kind: 'cancel', amount: held, key: `${paymentId}:cancel` })
        return stateOf(await become(tx, payment, 'CANCELLED'))
      }),

    refund: ({ refundId, reference, amount, known }) =>
      onPayment(reference, async (tx, payment): Promise<RefundState> => {
        const outcome = cardOf(payment).refunds
        if (outcome === 'FAILED') return { status: 'FAILED', reference: null }
        // A slow one is through when it is asked about again.
        if (outcome === 'PENDING' && known === null) return { status: 'PENDING', reference: `tr_${refundId}` }
        const [moved] = await tx.$queryRaw<{ captured: number; refunded: number }[]>`
          SELECT coalesce(sum("amount") FILTER (WHERE "kind" = 'capture'), 0)::int AS "captured",
                 coalesce(sum("amount") FILTER (WHERE "kind" = 'refund' AND "key" <> ${refundId}), 0)::int AS "refunded"
          FROM "TestPaymentEntry" WHERE "paymentId" = ${payment.id}`
        if (moved === undefined || moved.refunded + amount > moved.captured)
          return { status: 'FAILED', reference: null }
        await enter(tx, payment, { kind: 'refund', amount, key: refundId })
        await tell(tx, payment.id, 'refund.succeeded')
        return { status: 'SUCCEEDED', reference: `tr_${refundId}` }
      }),

    readWebhook(body, headers): PaymentNews | null {
      const signature = headers[sandboxSignatureHeader]
      const header = typeof signature === 'string' ? signature : undefined
      if (!isSigned(sandboxWebhookSecret, body, header, new Date())) return null
      const news = newsSchema.safeParse(JSON.parse(body.toString('utf8')))
      if (!news.success) return null
      return { eventId: news.data.id, kind: news.data.type, reference: news.data.payment }
    },
  }

  return {
    ...provider,
    /** What the shopper does where the bank wanted to see them. @returns where they go on; null for no such payment. */
    answerChallenge: (reference: string, passed: boolean) =>
      onPayment(reference, async (tx, payment) => {
        if (payment.status !== 'ACTION_NEEDED') return { returnUrl: payment.returnUrl }
        if (passed) await decide(tx, payment)
        else await become(tx, payment, 'DECLINED', 'AUTHENTICATION_FAILED')
        return { returnUrl: payment.returnUrl }
      }).catch((error: unknown) => {
        if (error instanceof PaymentsUnavailable) return null
        throw error
      }),
  }
}
