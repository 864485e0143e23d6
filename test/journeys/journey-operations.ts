import { parse } from 'graphql'
import type { TypedDocument } from './shopper.ts'

// What is sent beside the web shop's own operations. What the shop's own people send is for staff alone, so the web shop has
// no such documents.

interface UserErrors {
  userErrors: { code: string; message: string }[]
}

interface ChangedOrder extends UserErrors {
  order: { id: string; version: number | null; status: string | null; paymentStatus: string | null } | null
}

const changedOrder = `order { id version status paymentStatus } userErrors { code message }`

export const findOrder: TypedDocument<
  {
    order: {
      id: string
      version: number | null
      status: string | null
      paymentStatus: string | null
      lines: { id: string }[] | null
    } | null
  },
  { orderId: string }
> = parse(`query StaffOrder($orderId: ID!) {
  order(id: $orderId) { id version status paymentStatus lines { id } }
}`)

export const fulfillOrder: TypedDocument<
  { orderFulfill: (ChangedOrder & { fulfillment: { id: string } | null }) | null },
  { input: { orderId: string; version: number; trackingCompany: string; idempotencyKey: string } }
> = parse(
  `mutation StaffOrderFulfill($input: OrderFulfillInput!) { orderFulfill(input: $input) { ${changedOrder} fulfillment { id } } }`,
)

export const deliverFulfillment: TypedDocument<
  { fulfillmentDeliver: ChangedOrder | null },
  { input: { fulfillmentId: string; version: number; idempotencyKey: string } }
> = parse(
  `mutation StaffFulfillmentDeliver($input: FulfillmentDeliverInput!) { fulfillmentDeliver(input: $input) { ${changedOrder} } }`,
)

export const approveReturn: TypedDocument<
  { orderReturnApprove: ChangedOrder | null },
  { input: { returnId: string; version: number; idempotencyKey: string } }
> = parse(
  `mutation StaffOrderReturnApprove($input: OrderReturnApproveInput!) { orderReturnApprove(input: $input) { ${changedOrder} } }`,
)

export const receiveReturn: TypedDocument<
  { orderReturnReceive: ChangedOrder | null },
  { input: { returnId: string; version: number; idempotencyKey: string } }
> = parse(
  `mutation StaffOrderReturnReceive($input: OrderReturnReceiveInput!) { orderReturnReceive(input: $input) { ${changedOrder} } }`,
)

export const refundOrder: TypedDocument<
  { orderRefund: ChangedOrder | null },
  { input: { orderId: string; version: number; reason: string; idempotencyKey: string } }
> = parse(
  `mutation StaffOrderRefund($input: OrderRefundInput!) { orderRefund(input: $input) { ${changedOrder} } }`,
)

/** A guest's. Wrong tries are counted, so it is none of the operations that are sent as samples again and again. */
export const lookUpOrder: TypedDocument<
  {
    orderLookup: {
      order: { id: string; paymentStatus: string | null } | null
      tooManyAttempts: boolean
    } | null
  },
  { number: string; email: string }
> = parse(
  `query OrderLookup($number: String!, $email: String!) {
    orderLookup(number: $number, email: $email) { order { id paymentStatus } tooManyAttempts }
  }`,
)
