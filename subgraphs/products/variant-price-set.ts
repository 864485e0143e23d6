import { requireRole } from '../kit/caller.ts'
import { isSite, type Site, sites } from '../kit/sites.ts'
import type { Context } from './context.ts'
import type { VariantPriceRemoveInput, VariantPriceSetInput } from './schema.generated.ts'
import { createReading, type Refusal } from './staff-write.ts'
import { refused, type VariantWritten, writeVariant } from './variant-write.ts'

interface Price {
  site: Site
  amount: number
  saleAmount: number | null
  saleStartsAt: Date | null
  saleEndsAt: Date | null
}

const maximumAmount = 100_000_000
/**
 * No reduction begins or ends outside of this: the database's calendar begins later than JSON's, and beyond the
 * year 9999, which an offset can reach, an instant has no form that readers of the change feed would know.
 */
const calendar = { first: new Date('2000-01-01T00:00:00Z'), last: new Date('9999-12-31T23:59:59.999Z') }

function readPrice({ caller, moment }: Context, input: VariantPriceSetInput): Price | Refusal[] {
  const { amount, saleAmount = null, saleEndsAt = null } = input
  const site = input.site ?? caller.site
  const saleStartsAt = input.saleStartsAt ?? (saleAmount === null ? null : moment.now)

  const refusals: Refusal[] = []
  const refuse = (code: Refusal['code'], field: keyof VariantPriceSetInput, message: string) =>
    refusals.push({ code, field, message })
  if (amount < 1 || amount > maximumAmount) {
    refuse('INVALID_PRICE', 'amount', `The amount is ${amount}: it takes 1 to ${maximumAmount}.`)
  }
  if (saleAmount !== null && (saleAmount < 1 || saleAmount >= amount)) {
    refuse('INVALID_PRICE', 'saleAmount', `The reduced amount is ${saleAmount}: it takes 1 to ${amount - 1}.`)
  }
  if (saleAmount === null && (saleStartsAt ?? saleEndsAt) !== null) {
    refuse('INVALID_PRICE', 'saleAmount', 'A window takes a reduced amount that holds in it.')
  }
  for (const [field, instant] of [
    ['saleStartsAt', saleStartsAt],
    ['saleEndsAt', saleEndsAt],
  ] as const) {
    if (instant !== null && (instant < calendar.first || instant > calendar.last)) {
      const [first, last] = [calendar.first.toISOString(), calendar.last.toISOString()]
      refuse('INVALID_WINDOW', field, `The window takes instants from ${first} to ${last}.`)
    }
  }
  if (saleStartsAt !== null && saleEndsAt !== null && saleEndsAt <= saleStartsAt) {
    refuse(
      'INVALID_WINDOW',
      'saleEndsAt',
      `The window begins at ${saleStartsAt.toISOString()}: it has to end later.`,
    )
  }
  if (!isSite(site)) {
    refuse(
      'SITE_NOT_FOUND',
      'site',
      `There is no such site: the sites are ${Object.keys(sites).join(' and ')}.`,
    )
    return refusals
  }
  return refusals.length > 0 ? refusals : { site, amount, saleAmount, saleStartsAt, saleEndsAt }
}

/** Sets what a variant costs on a site, with a reduction if there is one. For staff. */
export async function setVariantPrice(
  context: Context,
  input: VariantPriceSetInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const price = readPrice(context, input)
  if (Array.isArray(price)) return refused(...price)
  const { site, amount, saleAmount, saleStartsAt, saleEndsAt } = price
  return writeVariant(context, {
    name: 'variantPriceSet',
    input: { ...input, site },
    async write(tx, id) {
      await tx.$executeRaw`
      INSERT INTO "VariantPrice" ("variantId", "site", "amount", "saleAmount", "saleStartsAt", "saleEndsAt")
      VALUES (${id}::uuid, ${site}, ${amount}::int, ${saleAmount}::int,
              ${saleStartsAt}::timestamptz, ${saleEndsAt}::timestamptz)
      ON CONFLICT ("variantId", "site") DO UPDATE SET "amount" = excluded."amount",
        "saleAmount" = excluded."saleAmount", "saleStartsAt" = excluded."saleStartsAt",
        "saleEndsAt" = excluded."saleEndsAt"`
      return true
    },
  })
}

/** Takes a variant off a site. For staff. */
export async function removeVariantPrice(
  context: Context,
  input: VariantPriceRemoveInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const reading = createReading()
  const site = reading.site('site', input.site ?? context.caller.site)
  if (site === null) return refused(...reading.refusals)
  return writeVariant(context, {
    name: 'variantPriceRemove',
    input: { ...input, site },
    async write(tx, id) {
      await tx.$executeRaw`DELETE FROM "VariantPrice" WHERE "variantId" = ${id}::uuid AND "site" = ${site}`
      return true
    },
  })
}
