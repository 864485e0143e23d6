import { toUuid } from '../../kit/ids.ts'
import { readLine } from '../../kit/text.ts'
import type { DiscountModel } from '../mappers.ts'
import { maxAmount } from '../price.ts'
import { normaliseCode } from '../pricing/discount-rules.ts'
import type {
  DiscountEntitlementInput,
  DiscountInput,
  DiscountUserError,
  DiscountUserErrorCode,
  DiscountValueInput,
} from '../schema.generated.ts'

/** What staff says of a discount, as it is kept. */
export type DiscountTerms = Omit<DiscountModel, 'id' | 'version' | 'site' | 'uses' | 'createdAt'>

const maxTitle = 100
const maxIds = 250
const maxPieces = 99
const maxUses = 1_000_000_000
const wholeMillionths = 1_000_000
const codePattern = /^[A-Z0-9][A-Z0-9-]{2,39}$/
/** Beyond these an instant has no form that everybody reads. */
const calendar = { first: new Date('2000-01-01T00:00:00Z'), last: new Date('9999-12-31T23:59:59.999Z') }

type Refuse = (code: DiscountUserErrorCode, field: string[], message: string) => void

/** All that a discount says, or what is wrong with it. */
export function readDiscount(input: DiscountInput, now: Date): DiscountTerms | DiscountUserError[] {
  const errors: DiscountUserError[] = []
  const refuse: Refuse = (code, field, message) =>
    errors.push({ code, field: ['discount', ...field], message })

  const title = readLine(input.title, maxTitle)
  if (title === null) refuse('INVALID_TITLE', ['title'], `A title takes 1 to ${maxTitle} characters.`)
  const code = input.code == null ? null : normaliseCode(input.code)
  if (code !== null && !codePattern.test(code)) {
    refuse(
      'INVALID_CODE',
      ['code'],
      'A code takes 3 to 40 letters of A to Z, digits and dashes, and begins with no dash.',
    )
  }
  const startsAt = input.startsAt ?? now
  const endsAt = input.endsAt ?? null
  for (const [field, instant] of [
    ['startsAt', startsAt],
    ['endsAt', endsAt],
  ] as const) {
    if (instant === null || (instant >= calendar.first && instant <= calendar.last)) continue
    refuse('INVALID_WINDOW', [field], 'The window takes instants of the years 2000 to 9999.')
  }
  if (endsAt !== null && endsAt <= startsAt) {
    refuse('INVALID_WINDOW', ['endsAt'], `It begins at ${startsAt.toISOString()}: it has to end later.`)
  }

  const whole = (field: keyof DiscountInput, value: number | null | undefined, max: number) => {
    if (value != null && (value < 1 || value > max)) {
      refuse('INVALID_LIMIT', [field], `${field} is ${value}: it takes 1 to ${max}.`)
    }
    return value ?? null
  }
  const [variantIds, productIds, collectionIds] = readEntitlement(input.entitled, ['entitled'], refuse)
  const terms = {
    title: title ?? '',
    code,
    discountClass: input.discountClass,
    ...readValue(input, refuse),
    ...{ variantIds, productIds, collectionIds },
    minimumSubtotal: whole('minimumSubtotal', input.minimumSubtotal, maxAmount),
    minimumQuantity: whole('minimumQuantity', input.minimumQuantity, 9900),
    ...{ startsAt, endsAt },
    usageLimit: whole('usageLimit', input.usageLimit, maxUses),
    usageLimitPerCustomer: whole('usageLimitPerCustomer', input.usageLimitPerCustomer, maxUses),
    combinesWith: [...new Set(input.combinesWith ?? [])],
  }
  return errors.length > 0 ? errors : terms
}

const valueFieldNames = [
  'millionths',
  'amount',
  'each',
  'buyQuantity',
  'getQuantity',
  'gets',
  'mostTimes',
] as const
type ValueField = (typeof valueFieldNames)[number]
/** What each type takes, and needs. */
const valueFields: Record<DiscountValueInput['type'], { needed: ValueField[]; optional: ValueField[] }> = {
  PERCENTAGE: { needed: ['millionths'], optional: [] },
  AMOUNT: { needed: ['amount'], optional: ['each'] },
  BUY_X_GET_Y: { needed: ['millionths', 'buyQuantity', 'getQuantity'], optional: ['gets', 'mostTimes'] },
  FREE_DELIVERY: { needed: [], optional: [] },
}
const valueBounds = {
  millionths: wholeMillionths,
  amount: maxAmount,
  buyQuantity: maxPieces,
  getQuantity: maxPieces,
  mostTimes: maxPieces,
}

function readValue({ value, discountClass, entitled }: DiscountInput, refuse: Refuse) {
  const { type } = value
  const { needed, optional } = valueFields[type]
  const takes = [...needed, ...optional].join(', ') || 'nothing else'
  for (const field of valueFieldNames) {
    if (value[field] == null || [...needed, ...optional].includes(field)) continue
    refuse('INVALID_VALUE', ['value', field], `${type} takes ${takes}.`)
  }
  for (const field of needed) {
    if (value[field] == null) refuse('INVALID_VALUE', ['value', field], `${type} takes ${takes}.`)
  }
  const bounded = (field: keyof typeof valueBounds) => {
    const given = value[field] ?? null
    if (given !== null && (given < 1 || given > valueBounds[field])) {
      refuse('INVALID_VALUE', ['value', field], `${field} is ${given}: it takes 1 to ${valueBounds[field]}.`)
    }
    return given
  }
  if (type === 'BUY_X_GET_Y' && discountClass !== 'PRODUCT') {
    refuse('INVALID_VALUE', ['discountClass'], 'A deal is taken off products: its class is PRODUCT.')
  }
  if (type === 'FREE_DELIVERY' && discountClass !== 'DELIVERY') {
    refuse('INVALID_VALUE', ['discountClass'], 'Free delivery is taken off delivery: its class is DELIVERY.')
  }
  if (value.each && discountClass !== 'PRODUCT') {
    refuse('INVALID_VALUE', ['value', 'each'], 'Only what is taken off products is taken off each piece.')
  }
  const gets = type === 'BUY_X_GET_Y' ? (value.gets ?? entitled) : null
  const [getVariantIds, getProductIds, getCollectionIds] = readEntitlement(gets, ['value', 'gets'], refuse)
  return {
    valueType: type,
    millionths: bounded('millionths'),
    amount: bounded('amount'),
    each: value.each ?? false,
    buyQuantity: bounded('buyQuantity'),
    getQuantity: bounded('getQuantity'),
    mostTimes: bounded('mostTimes'),
    ...{ getVariantIds, getProductIds, getCollectionIds },
  }
}

function readEntitlement(
  input: DiscountEntitlementInput | null | undefined,
  field: string[],
  refuse: Refuse,
): [variants: string[], products: string[], collections: string[]] {
  const read = (list: 'variantIds' | 'productIds' | 'collectionIds', prefix: 'var' | 'prod' | 'coll') => {
    const ids = [...new Set(input?.[list] ?? [])]
    if (ids.length > maxIds) {
      refuse(
        'INVALID_ENTITLEMENT',
        [...field, list],
        `There are ${ids.length} ids: it takes at most ${maxIds}.`,
      )
      return []
    }
    return ids.flatMap((id, index) => {
      const uuid = toUuid(prefix, id)
      if (uuid !== null) return uuid
      refuse('INVALID_ENTITLEMENT', [...field, list, `${index}`], `An id here begins with ${prefix}_.`)
      return []
    })
  }
  return [read('variantIds', 'var'), read('productIds', 'prod'), read('collectionIds', 'coll')]
}
