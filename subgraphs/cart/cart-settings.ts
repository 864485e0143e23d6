import { readSettings, wholeNumber } from '../../service/settings.ts'

export interface CartSettings {
  /** After so many days without a change a cart is thrown away. */
  guestCartDays: number
  customerCartDays: number
}

let settings: CartSettings | undefined

/** This process's. @throws {SettingsError} with a line for each setting that does not fit. */
export function cartSettings(): CartSettings {
  settings ??= readCartSettings(process.env)
  return settings
}

function readCartSettings(env: NodeJS.ProcessEnv): CartSettings {
  const days = (fallback: number) => wholeNumber({ min: 1, max: 3650 }).default(fallback)
  const { GUEST_CART_DAYS: guestCartDays, CUSTOMER_CART_DAYS: customerCartDays } = readSettings(
    { GUEST_CART_DAYS: days(30), CUSTOMER_CART_DAYS: days(180) },
    env,
  )
  return { guestCartDays, customerCartDays }
}

const dayMs = 86_400_000

/** When a cart that changed last at `updatedAt` is thrown away. */
export const cartExpiry = (
  { customerId, updatedAt }: { customerId: string | null; updatedAt: Date },
  { guestCartDays, customerCartDays }: CartSettings,
): Date => new Date(updatedAt.getTime() + (customerId === null ? guestCartDays : customerCartDays) * dayMs)
