/** The sites of the shop, and the currency that each sells in. */
export const sites = {
  main: { currency: 'EUR' },
  outlet: { currency: 'USD' },
} as const

export type Site = keyof typeof sites

export const isSite = (name: string): name is Site => Object.hasOwn(sites, name)
