import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import type { OrderEventActor, OrderEventKind } from '../schema.generated.ts'

/** A line of an order's timeline, which is only added to. */
export interface NewOrderEvent {
  orderId: string
  kind: Lowercase<OrderEventKind>
  actor: Lowercase<OrderEventActor>
  /** In minor units of the order's currency. */
  amount?: number
}

export async function addOrderEvents(
  tx: Prisma.TransactionClient,
  events: readonly NewOrderEvent[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "OrderEvent" ("orderId", "kind", "actor", "detail")
    SELECT (event->>'orderId')::uuid, event->>'kind', event->>'actor',
           CASE WHEN event ? 'amount' THEN jsonb_build_object('amount', event->'amount') END
    FROM jsonb_array_elements(${JSON.stringify(events)}::jsonb) WITH ORDINALITY AS list (event, position)
    ORDER BY position`
}
