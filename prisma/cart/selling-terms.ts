import { SHOP_TODAY, uuidFor } from '../shop-data/index.ts'

// Discounts, ways of delivery and rates of tax that a shop of this size would have. Rates are of 2026, for a shop to
// begin with: whoever sells looks them up.

const dayMs = 86_400_000
const everyClass = ['PRODUCT', 'ORDER', 'DELIVERY']
const percent = (points: number) => Math.round(points * 10_000)
const collection = (slug: string) => uuidFor('collection', slug)

/** As a row of `Discount`; what is left out is null or the column's default. */
interface DiscountColumns {
  site: string
  title: string
  code?: string
  discountClass: string
  valueType: string
  startsAt: string
  [column: string]: unknown
}
type DiscountRow = DiscountColumns & { id: string }

const discount = (key: string, row: DiscountColumns): DiscountRow => ({
  id: uuidFor('discount', key),
  each: false,
  ...{ variantIds: [], productIds: [], collectionIds: [] },
  ...{ getVariantIds: [], getProductIds: [], getCollectionIds: [] },
  combinesWith: [],
  ...row,
})

export const discounts = (today = SHOP_TODAY): DiscountRow[] => {
  const days = (count: number) => new Date(today.getTime() + count * dayMs).toISOString()
  const startsAt = days(-300)
  return [
    discount('main/free-delivery', {
      site: 'main',
      title: 'Free delivery over 75 euros',
      discountClass: 'DELIVERY',
      valueType: 'FREE_DELIVERY',
      minimumSubtotal: 7500,
      combinesWith: everyClass,
      startsAt,
    }),
    discount('main/welcome', {
      site: 'main',
      title: 'Welcome: a tenth off',
      code: 'WELCOME10',
      discountClass: 'ORDER',
      valueType: 'PERCENTAGE',
      millionths: percent(10),
      usageLimitPerCustomer: 1,
      combinesWith: ['DELIVERY'],
      startsAt,
    }),
    discount('main/five', {
      site: 'main',
      title: 'Five euros off',
      code: 'THANKS5',
      discountClass: 'ORDER',
      valueType: 'AMOUNT',
      amount: 500,
      minimumSubtotal: 4000,
      combinesWith: ['PRODUCT', 'DELIVERY'],
      startsAt,
    }),
    discount('main/tableware', {
      site: 'main',
      title: 'Tableware: three for two',
      code: 'TABLE3FOR2',
      discountClass: 'PRODUCT',
      valueType: 'BUY_X_GET_Y',
      millionths: percent(100),
      buyQuantity: 2,
      getQuantity: 1,
      collectionIds: [collection('tableware')],
      getCollectionIds: [collection('tableware')],
      combinesWith: ['ORDER', 'DELIVERY'],
      startsAt,
    }),
    discount('main/first-hundred', {
      site: 'main',
      title: 'A quarter off for the first hundred',
      code: 'FIRST100',
      discountClass: 'ORDER',
      valueType: 'PERCENTAGE',
      millionths: percent(25),
      usageLimit: 100,
      usageLimitPerCustomer: 1,
      startsAt,
    }),
    discount('main/spring', {
      site: 'main',
      title: 'Spring in the garden',
      code: 'SPRING15',
      discountClass: 'PRODUCT',
      valueType: 'PERCENTAGE',
      millionths: percent(15),
      collectionIds: [collection('garden')],
      startsAt,
      endsAt: days(-30),
    }),
    discount('outlet/free-delivery', {
      site: 'outlet',
      title: 'Free delivery over 100 dollars',
      discountClass: 'DELIVERY',
      valueType: 'FREE_DELIVERY',
      minimumSubtotal: 10_000,
      combinesWith: everyClass,
      startsAt,
    }),
    discount('outlet/clearance', {
      site: 'outlet',
      title: 'Another fifteen per cent off',
      code: 'OUTLET15',
      discountClass: 'ORDER',
      valueType: 'PERCENTAGE',
      millionths: percent(15),
      combinesWith: ['DELIVERY'],
      startsAt,
    }),
  ]
}

type Band = [upToGrams: number | null, price: number]
const method = (handle: string, title: string, days: [number, number], bands: Band[]) => ({
  handle,
  title,
  minDays: days[0],
  maxDays: days[1],
  bands: bands.map(([maxWeightGrams, price]) => ({ maxWeightGrams, price })),
})

const union = 'AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')
const zone = (
  site: string,
  name: string,
  countryCodes: string[],
  regions: string[],
  methods: ReturnType<typeof method>[],
) => ({
  ...{ id: uuidFor('delivery-zone', `${site}/${name}`), site, name, countryCodes, regions },
  methods: methods.map((one, position) => ({
    ...one,
    position,
    id: uuidFor('delivery-method', `${site}/${name}/${one.handle}`),
  })),
})

/** Prices hold their tax where the site's do. The last band of freight has no end: a sofa goes, too. */
export const deliveryZones = [
  zone(
    'main',
    'Germany',
    ['DE'],
    [],
    [
      method(
        'standard',
        'Standard',
        [2, 3],
        [
          [2_000, 490],
          [10_000, 690],
          [31_500, 1_290],
        ],
      ),
      method(
        'express',
        'Express',
        [1, 1],
        [
          [5_000, 1_290],
          [20_000, 1_990],
        ],
      ),
      method('freight', 'Freight, to the door', [5, 10], [[null, 4_900]]),
    ],
  ),
  zone(
    'main',
    'European Union',
    union,
    [],
    [
      method(
        'standard',
        'Standard',
        [3, 6],
        [
          [2_000, 890],
          [10_000, 1_390],
          [31_500, 2_490],
        ],
      ),
      method('express', 'Express', [2, 3], [[5_000, 2_490]]),
    ],
  ),
  zone(
    'main',
    'Beyond',
    ['CH', 'GB', 'NO'],
    [],
    [
      method(
        'standard',
        'Standard',
        [5, 9],
        [
          [2_000, 1_490],
          [10_000, 2_490],
        ],
      ),
    ],
  ),
  zone(
    'outlet',
    'United States',
    ['US'],
    [],
    [
      method(
        'standard',
        'Ground',
        [4, 7],
        [
          [1_000, 595],
          [5_000, 995],
          [30_000, 1_995],
        ],
      ),
      method('express', 'Two days', [2, 2], [[5_000, 2_495]]),
    ],
  ),
  zone(
    'outlet',
    'Alaska and Hawaii',
    ['US'],
    ['AK', 'HI'],
    [
      method(
        'air',
        'Air',
        [6, 12],
        [
          [5_000, 1_995],
          [30_000, 5_995],
        ],
      ),
    ],
  ),
]

interface TaxRateRow {
  countryCode: string
  region: string
  taxClass: string
  name: string
  millionths: number
  onDelivery: boolean
}

const vat = (countryCode: string, standard: number, reduced: number): TaxRateRow[] =>
  [
    { taxClass: 'STANDARD', points: standard },
    { taxClass: 'REDUCED', points: reduced },
  ].map(({ taxClass, points }) => ({
    ...{ countryCode, region: '', taxClass, name: 'VAT' },
    millionths: percent(points),
    onDelivery: true,
  }))

const state = (region: string, points: number, onDelivery: boolean, clothing = points): TaxRateRow[] =>
  [
    { taxClass: 'STANDARD', points },
    ...(clothing === points ? [] : [{ taxClass: 'CLOTHING', points: clothing }]),
  ].map((one) => ({
    ...{ countryCode: 'US', region, taxClass: one.taxClass, name: 'Sales tax' },
    millionths: percent(one.points),
    onDelivery,
  }))

/** Of states the state's own rate, without counties and towns; states that are not here take none. */
export const taxRates: TaxRateRow[] = [
  ...vat('AT', 20, 10),
  ...vat('BE', 21, 6),
  ...vat('BG', 20, 9),
  ...vat('CY', 19, 5),
  ...vat('CZ', 21, 12),
  ...vat('DE', 19, 7),
  ...vat('DK', 25, 25),
  ...vat('EE', 24, 9),
  ...vat('ES', 21, 10),
  ...vat('FI', 25.5, 13.5),
  ...vat('FR', 20, 10),
  ...vat('GR', 24, 13),
  ...vat('HR', 25, 13),
  ...vat('HU', 27, 5),
  ...vat('IE', 23, 13.5),
  ...vat('IT', 22, 10),
  ...vat('LT', 21, 9),
  ...vat('LU', 17, 8),
  ...vat('LV', 21, 12),
  ...vat('MT', 18, 7),
  ...vat('NL', 21, 9),
  ...vat('PL', 23, 8),
  ...vat('PT', 23, 13),
  ...vat('RO', 21, 11),
  ...vat('SE', 25, 12),
  ...vat('SI', 22, 9.5),
  ...vat('SK', 23, 19),
  ...state('CA', 7.25, false),
  ...state('FL', 6, true),
  ...state('IL', 6.25, true),
  ...state('MA', 6.25, false, 0),
  ...state('NJ', 6.625, true, 0),
  ...state('NY', 4, true, 0),
  ...state('OH', 5.75, true),
  ...state('PA', 6, true, 0),
  ...state('TX', 6.25, true),
  ...state('WA', 6.5, true),
]

export const taxClassifications = [
  { collectionId: collection('seeds'), taxClass: 'REDUCED' },
  { collectionId: collection('clothing'), taxClass: 'CLOTHING' },
]
