import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import type { PaymentState } from './payment-provider.ts'

type Transaction = Prisma.TransactionClient

interface PaidBy {
  paymentId: string
  reference: string | null
}

export async function insertPayment(
  tx: Transaction,
  payment: {
    id: string
    checkoutId: string
    provider: string
    amount: number
    currency: string
    orderId: string
  },
): Promise<void> {
  const { id, checkoutId, provider, amount, currency, orderId } = payment
  await tx.$executeRaw`
    INSERT INTO "Payment" ("id", "checkoutId", "orderId", "provider", "amount", "currency")
    VALUES (${id}::uuid, ${checkoutId}::uuid, ${orderId}::uuid, ${provider}, ${amount}, ${currency}::"CurrencyCode")`
}

/** What is known here of how a payment stands. */
export async function recordPayment(tx: Transaction, paid: PaidBy, now: PaymentState): Promise<void> {
  const reason = now.status === 'DECLINED' ? now.reason : null
  await tx.$executeRaw`
    UPDATE "Payment" SET "status" = ${now.status}::"PaymentStatus", "reference" = ${paid.reference},
      "declineReason" = ${reason}, "updatedAt" = now()
    WHERE "id" = ${paid.paymentId}::uuid`
}
