import type { OrderModel } from '../mappers.ts'
import type { OrderPaymentStatus, OrderReturnStatus, OrderStatus } from '../schema.generated.ts'

/** Which state of an order may follow which. What is not here can't happen. */
const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PLACED', 'CANCELLED'],
  PLACED: ['PARTIALLY_SHIPPED', 'SHIPPED', 'CANCELLED'],
  PARTIALLY_SHIPPED: ['SHIPPED'],
  SHIPPED: ['DELIVERED', 'RETURNED'],
  DELIVERED: ['RETURNED'],
  RETURNED: [],
  CANCELLED: [],
}

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => orderTransitions[from].includes(to)

export const returnTransitions: Readonly<Record<OrderReturnStatus, readonly OrderReturnStatus[]>> = {
  REQUESTED: ['APPROVED', 'DECLINED'],
  APPROVED: ['RECEIVED', 'DECLINED'],
  DECLINED: [],
  RECEIVED: [],
}

interface LineCount {
  quantity: number
  fulfilled: number
  returned: number
}

/** The state of an order whose lines were sent and came back so far. */
export function statusOf(
  current: OrderStatus,
  lines: readonly LineCount[],
  { allDelivered }: { allDelivered: boolean },
): OrderStatus {
  if (current === 'PENDING' || current === 'CANCELLED' || current === 'RETURNED') return current
  const all = (count: (line: LineCount) => number) =>
    lines.length > 0 && lines.every((line) => count(line) === line.quantity)
  if (all(({ returned }) => returned)) return 'RETURNED'
  if (all(({ fulfilled }) => fulfilled)) return allDelivered ? 'DELIVERED' : 'SHIPPED'
  return lines.some(({ fulfilled }) => fulfilled > 0) ? 'PARTIALLY_SHIPPED' : 'PLACED'
}

export function paymentStatusOf({
  status,
  captured,
  refunded,
  total,
}: Pick<OrderModel, 'status' | 'captured' | 'refunded' | 'total'>): OrderPaymentStatus {
  if (captured === 0 && total > 0) return status === 'CANCELLED' ? 'VOIDED' : 'AUTHORIZED'
  if (refunded === 0) return 'PAID'
  return refunded < captured ? 'PARTIALLY_REFUNDED' : 'REFUNDED'
}
