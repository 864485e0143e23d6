import { z } from 'zod'
import {
  commaList,
  httpUrl,
  milliseconds,
  oneOf,
  readSettings,
  SettingsError,
} from '../../../service/settings.ts'

export interface PaymentSettings {
  provider: 'test' | { secretKey: string; webhookSecrets: readonly string[]; apiUrl: string }
  timeoutMs: number
  /** The origins that a bank may send shoppers back to; null for any of this machine, in development. */
  returnOrigins: readonly string[] | null
}

/**
 * How the shop is paid, from the environment. The test provider is development's alone: in production somebody has to
 * choose.
 * @throws {SettingsError} with a line for each setting that does not fit. No line has a secret in it.
 */
export function readPaymentSettings(env: NodeJS.ProcessEnv, production: boolean): PaymentSettings {
  const settings = readSettings(
    {
      PAYMENTS: oneOf(['test', 'stripe']).optional(),
      PAYMENT_TIMEOUT_MS: milliseconds({ min: 100, max: 60_000 }).default(8_000),
      CHECKOUT_RETURN_ORIGINS: commaList()
        .pipe(z.array(httpUrl(), { error: 'origins, separated by commas' }))
        .optional(),
      STRIPE_SECRET_KEY: z
        .string()
        .regex(/^(sk|rk)_\w+$/, 'a secret or restricted key of Stripe: sk_… or rk_…')
        .optional(),
      STRIPE_WEBHOOK_SECRETS: commaList()
        .pipe(
          z.array(
            z.string().regex(/^whsec_\w+$/, 'signing secrets of webhooks, separated by commas: whsec_…'),
          ),
        )
        .optional(),
      STRIPE_API_URL: httpUrl().default('https://api.stripe.com'),
    },
    env,
  )
  const {
    PAYMENTS = production ? null : ('test' as const),
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRETS: webhookSecrets = [],
    CHECKOUT_RETURN_ORIGINS: returnOrigins,
  } = settings
  const common = {
    timeoutMs: settings.PAYMENT_TIMEOUT_MS,
    returnOrigins: returnOrigins?.map((origin) => new URL(origin).origin) ?? (production ? [] : null),
  }
  if (PAYMENTS === null) {
    throw new SettingsError(
      'PAYMENTS is not set: in production it takes stripe, so that nobody is served unpaid',
    )
  }
  if (PAYMENTS === 'test') {
    if (production)
      throw new SettingsError(
        'PAYMENTS is "test": in production it takes stripe, since test payments move no money',
      )
    return { provider: 'test', ...common }
  }
  if (secretKey === undefined)
    throw new SettingsError('STRIPE_SECRET_KEY is not set: PAYMENTS=stripe needs it')
  if (webhookSecrets.length === 0)
    throw new SettingsError('STRIPE_WEBHOOK_SECRETS is not set: PAYMENTS=stripe needs it')
  return { provider: { secretKey, webhookSecrets, apiUrl: settings.STRIPE_API_URL }, ...common }
}
