import { toId } from '../../kit/ids.ts'
import { told } from '../checkout/complete-checkout.ts'
import { declineMessages } from '../checkout/decline-messages.ts'
import type { CheckoutOutcomeModel, CheckoutWrite } from '../mappers.ts'
import type {
  CheckoutInProgressResolvers,
  CheckoutOrderPlacedResolvers,
  CheckoutOutcomeResolvers,
  CheckoutOutOfStockResolvers,
  CheckoutPaymentDeclinedResolvers,
  CheckoutPriceChangedResolvers,
  CheckoutResolvers,
} from '../schema.generated.ts'

const typeNames = {
  'order placed': 'CheckoutOrderPlaced',
  'in progress': 'CheckoutInProgress',
  'action required': 'CheckoutActionRequired',
  'payment declined': 'CheckoutPaymentDeclined',
  'out of stock': 'CheckoutOutOfStock',
  'price changed': 'CheckoutPriceChanged',
  unavailable: 'CheckoutUnavailable',
} as const satisfies Record<CheckoutOutcomeModel['type'], string>

const pollAfterMs = 500

export const Checkout: CheckoutResolvers = {
  id: ({ id }) => toId('chk', id),
  outcome: (checkout) => told(checkout).outcome,
}

export const CheckoutOutcome: CheckoutOutcomeResolvers = {
  __resolveType: ({ type }) => typeNames[type],
}

export const CheckoutOrderPlaced: CheckoutOrderPlacedResolvers = {
  // Whoever has seen the checkout may see its order.
  order: ({ orderId }, _, { loaders }) => loaders.order.load(orderId),
}

export const CheckoutInProgress: CheckoutInProgressResolvers = { pollAfterMs: () => pollAfterMs }

export const CheckoutPaymentDeclined: CheckoutPaymentDeclinedResolvers = {
  message: ({ reason }) => declineMessages[reason],
}

export const CheckoutOutOfStock: CheckoutOutOfStockResolvers = {
  lines: ({ lines }) => lines.map((line) => ({ ...line, lineId: toId('line', line.lineId) })),
}

export const CheckoutPriceChanged: CheckoutPriceChangedResolvers = {
  lines: ({ lines, currency }) =>
    lines.map(({ lineId, title, before, now }) => ({
      lineId: toId('line', lineId),
      title,
      before: { amount: before, currency },
      now: { amount: now, currency },
    })),
  expectedTotal: ({ expectedTotal, currency }) => ({ amount: expectedTotal, currency }),
  total: ({ total, currency }) => ({ amount: total, currency }),
}

export const CheckoutPayload = {
  checkout: ({ checkout }: CheckoutWrite) => checkout,
  outcome: ({ outcome }: CheckoutWrite) => outcome,
}
