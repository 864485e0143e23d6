import { toId } from '../kit/ids.ts'
import type { SellableVariant } from './catalogue.ts'
import type { CartLineModel } from './mappers.ts'
import { maxAmount } from './price.ts'
import type { CartUserError, CartWarning } from './schema.generated.ts'
import { subtotalOf } from './totals.ts'
import { cartError, maxLines } from './user-errors.ts'

// What a write makes of a cart's lines, worked out from what the cart holds. Nothing here reads or writes.

/** A line as far as a write is concerned. */
export type PlannedLine = Pick<
  CartLineModel,
  | 'id'
  | 'variantId'
  | 'productId'
  | 'title'
  | 'variantTitle'
  | 'quantity'
  | 'unitPrice'
  | 'unitPriceWhenAdded'
  | 'available'
  | 'scarce'
  | 'maximumQuantity'
>

export interface Addition {
  variant: SellableVariant
  quantity: number
}

interface Plan {
  errors: CartUserError[]
  warnings: CartWarning[]
  /** The lines that change or are new, as they are to be. */
  lines: PlannedLine[]
}

/** Adds to the line of a variant that is there already, and a line for each other. */
export function planAdditions(
  held: readonly PlannedLine[],
  additions: readonly Addition[],
  newLineId: () => string,
): Plan {
  const all = new Map(held.map((line) => [line.variantId, line]))
  const touched = new Set<string>()
  const capped = new Set<string>()
  for (const { variant, quantity } of additions) {
    const line = all.get(variant.id) ?? newLine(variant, newLineId())
    const sum = line.quantity + quantity
    // What is there already stays, also where the limit was lowered since.
    const most = Math.max(line.maximumQuantity, line.quantity)
    if (sum > most) capped.add(variant.id)
    all.set(variant.id, { ...line, quantity: Math.min(sum, most) })
    touched.add(variant.id)
  }
  const lines = [...all.values()]
  const changed = lines.filter(({ variantId }) => touched.has(variantId))
  return {
    errors: checkCart(lines),
    warnings: changed.filter(({ variantId }) => capped.has(variantId)).map(quantityCapped),
    lines: changed,
  }
}

/** Sets the quantities of lines; of a line that is named twice the last one counts. */
export function planUpdates(
  held: readonly PlannedLine[],
  updates: readonly {
    /** Null where there can't be such a line. */ lineId: string | null
    quantity: number
  }[],
): Plan {
  const all = new Map(held.map((line) => [line.id, line]))
  const touched = new Set<string>()
  const capped = new Set<string>()
  const missing: CartUserError[] = []
  for (const [index, { lineId, quantity }] of updates.entries()) {
    const line = lineId === null ? undefined : all.get(lineId)
    if (line === undefined) {
      missing.push(cartError('LINE_NOT_FOUND', ['lines', `${index}`, 'lineId']))
      continue
    }
    if (quantity > line.maximumQuantity) capped.add(line.id)
    all.set(line.id, { ...line, quantity: Math.min(quantity, line.maximumQuantity) })
    touched.add(line.id)
  }
  const lines = [...all.values()]
  return {
    errors: missing.length > 0 ? missing : checkCart(lines),
    warnings: lines.filter(({ id }) => capped.has(id)).map(quantityCapped),
    lines: lines.filter(({ id }) => touched.has(id)),
  }
}

function newLine(
  { id, available, scarce, maximumQuantity, ...variant }: SellableVariant,
  lineId: string,
): PlannedLine {
  return {
    id: lineId,
    variantId: id,
    productId: variant.productId,
    title: variant.title,
    variantTitle: variant.variantTitle,
    quantity: 0,
    unitPrice: variant.unitPrice,
    unitPriceWhenAdded: variant.unitPrice,
    available,
    scarce,
    maximumQuantity,
  }
}

/** What is wrong with a cart of these lines. */
function checkCart(lines: readonly PlannedLine[]): CartUserError[] {
  if (lines.length > maxLines) return [cartError('TOO_MANY_LINES', ['lines'])]
  if (subtotalOf(lines) > maxAmount) return [cartError('TOTAL_TOO_LARGE', ['lines'])]
  return []
}

const quantityCapped = ({ id, title, quantity }: PlannedLine): CartWarning => ({
  code: 'QUANTITY_CAPPED',
  message: `The cart holds ${quantity} of ${title}, which is as many as it can.`,
  lineId: toId('line', id),
})

/** What the shopper should know about a line, whatever was done to it. */
export function warningsAbout(line: PlannedLine): CartWarning[] {
  const { id, title, available, scarce, unitPrice, unitPriceWhenAdded } = line
  const warning = (code: CartWarning['code'], message: string) => [
    { code, message, lineId: toId('line', id) },
  ]
  return [
    ...(available ? [] : warning('SOLD_OUT', `${title} can't be had now.`)),
    ...(available && scarce ? warning('LOW_STOCK', `There are only a few of ${title} left.`) : []),
    ...(unitPrice === unitPriceWhenAdded
      ? []
      : warning('PRICE_CHANGED', `The price of ${title} has changed since it was added.`)),
  ]
}
