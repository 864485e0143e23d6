import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Services } from '../../kit/subgraph.ts'
import { carryOutEffects } from '../orders/order-effects.ts'
import { type PaymentProvider, withDeadline } from '../payments/payment-provider.ts'
import { type PaymentSettings, readPaymentSettings } from '../payments/payment-settings.ts'
import { createSandboxProvider } from '../payments/sandbox-provider.ts'
import { createStripeProvider } from '../payments/stripe-provider.ts'
import type { Checkout } from './checkout-state.ts'
import { createCheckoutRunner } from './run-checkout.ts'
import { createStock, type Stock } from './stock.ts'

/** How quick the checkout is about everything. Times are milliseconds. */
export interface CheckoutTimes {
  /** So long a request waits for the outcome; then it says that the checkout is under way. Below the gateway's deadline. */
  answerMs: number
  leaseMs: number
  /** So long a step before the money is taken may fail. */
  giveUpMs: number
  /** So long the shopper has for their bank. */
  challengeMs: number
  paymentPollMs: number
  workerPollMs: number
  stockTimeoutMs: number
}

const ordinaryTimes: CheckoutTimes = {
  answerMs: 1_500,
  leaseMs: 20_000,
  giveUpMs: 30_000,
  challengeMs: 900_000,
  paymentPollMs: 1_000,
  workerPollMs: 1_000,
  stockTimeoutMs: 2_000,
}

export interface ShopOptions {
  env?: NodeJS.ProcessEnv
  times?: Partial<CheckoutTimes>
  /** Stands between the shop and its stock, or its payment provider; for tests of their outages. */
  around?: { stock?: (stock: Stock) => Stock; provider?: (provider: PaymentProvider) => PaymentProvider }
  checkpoint?: (name: string, checkout: Checkout) => Promise<void>
}

export type ShopServices = ReturnType<typeof createShopServices>

/** What checkout and orders share in one process. */
export function createShopServices(
  services: Services<PrismaClient>,
  { env = process.env, times: given, around = {}, checkpoint }: ShopOptions = {},
) {
  const { prisma, config, log, publicUrl } = services
  const times = { ...ordinaryTimes, ...given }
  const settings = readPaymentSettings(env, config.production)
  const sandboxProvider = settings.provider === 'test' ? createSandboxProvider(prisma, { publicUrl }) : null
  const ownProvider = sandboxProvider ?? stripeOf(settings)
  const ownStock = createStock(services, { timeoutMs: times.stockTimeoutMs })
  const provider = withDeadline(around.provider?.(ownProvider) ?? ownProvider, settings.timeoutMs)
  const stock = around.stock?.(ownStock) ?? ownStock
  // A call that takes as long as it may has still to be recorded before another process takes over.
  const leaseMs = Math.max(times.leaseMs, settings.timeoutMs * 2)
  const runner = createCheckoutRunner({
    prisma,
    tools: { stock, provider, challengeMs: times.challengeMs, paymentPollMs: times.paymentPollMs },
    log,
    leaseMs: given?.leaseMs ?? leaseMs,
    maxAttempts: 3,
    checkpoint,
  })

  return {
    times,
    provider,
    sandboxProvider,
    runner,
    returnOrigins: settings.returnOrigins,
    carryOutEffects: (orderId?: string) =>
      carryOutEffects({ prisma, stock, provider, log, leaseMs: given?.leaseMs ?? leaseMs }, orderId),
    close: () => ownStock.close(),
  }
}

function stripeOf({ provider, timeoutMs }: PaymentSettings): PaymentProvider {
  if (provider === 'test') throw new TypeError('the test provider is not Stripe')
  return createStripeProvider({ ...provider, timeoutMs })
}
