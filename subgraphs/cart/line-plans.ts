import { toId } from '../kit/ids.ts'
import type { SellableVariant } from './catalogue.ts'
import type { CartLineModel } from './mappers.ts'
import { maxAmount } from './price.ts'
import type { CartUserError, CartWarning } from './schema.generated.ts'
import { subtotalOf } from './totals.ts'
import { cartError, maxLines, maxQuantity } from './user-errors.ts'

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
    if (sum > maxQuantity) capped.add(variant.id)
    all.set(variant.id, { ...line, quantity: Math.min(sum, maxQuantity) })
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
  const missing: CartUserError[] = []
  for (const [index, { lineId, quantity }] of updates.entries()) {
    const line = lineId === null ? undefined : all.get(lineId)
    if (line === undefined) {
      missing.push(cartError('LINE_NOT_FOUND', ['lines', `${index}`, 'lineId']))
      continue
    }
    all.set(line.id, { ...line, quantity })
    touched.add(line.id)
  }
  const lines = [...all.values()]
  return {
    errors: missing.length > 0 ? missing : checkCart(lines),
    warnings: [],
    lines: lines.filter(({ id }) => touched.has(id)),
  }
}

function newLine({ id, available, ...variant }: SellableVariant, lineId: string): PlannedLine {
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
  }
}

/** What is wrong with a cart of these lines. */
function checkCart(lines: readonly PlannedLine[]): CartUserError[] {
  if (lines.length > maxLines) return [cartError('TOO_MANY_LINES', ['lines'])]
  if (subtotalOf(lines) > maxAmount) return [cartError('TOTAL_TOO_LARGE', ['lines'])]
  return []
}

const quantityCapped = ({ id, title }: PlannedLine): CartWarning => ({
  code: 'QUANTITY_CAPPED',
  message: `The cart holds ${maxQuantity} of ${title}, which is as many as it can.`,
  lineId: toId('line', id),
})

/** What the shopper should know about a line, whatever was done to it. */
export function warningsAbout({
  id,
  title,
  available,
  unitPrice,
  unitPriceWhenAdded,
}: PlannedLine): CartWarning[] {
  const lineId = toId('line', id)
  return [
    ...(available ? [] : [{ code: 'SOLD_OUT' as const, message: `${title} can't be had now.`, lineId }]),
    ...(unitPrice === unitPriceWhenAdded
      ? []
      : [
          {
            code: 'PRICE_CHANGED' as const,
            message: `The price of ${title} has changed since it was added.`,
            lineId,
          },
        ]),
  ]
}
