// What an address takes, country by country: those of the European Union, and a few others that a shop there sells
// to. Patterns are of the form only: https://en.wikipedia.org/wiki/List_of_postal_codes

export interface Country {
  name: string
  /** Of the whole code, as it is written when it is tidy; null where addresses have none. */
  postalCode: { pattern: RegExp; example: string } | null
  /** By their codes, where an address names one: the second part of ISO 3166-2. */
  regions: Readonly<Record<string, string>>
}

const country = (name: string, pattern: RegExp | null, example = '', regions = {}): Country => ({
  name,
  postalCode: pattern && { pattern, example },
  regions,
})

const four = /^\d{4}$/
const five = /^\d{5}$/
const threeTwo = /^\d{3} ?\d{2}$/

const states = {
  AL: 'Alabama',
  AK: 'Alaska',
  AZ: 'Arizona',
  AR: 'Arkansas',
  CA: 'California',
  CO: 'Colorado',
  CT: 'Connecticut',
  DE: 'Delaware',
  DC: 'District of Columbia',
  FL: 'Florida',
  GA: 'Georgia',
  HI: 'Hawaii',
  ID: 'Idaho',
  IL: 'Illinois',
  IN: 'Indiana',
  IA: 'Iowa',
  KS: 'Kansas',
  KY: 'Kentucky',
  LA: 'Louisiana',
  ME: 'Maine',
  MD: 'Maryland',
  MA: 'Massachusetts',
  MI: 'Michigan',
  MN: 'Minnesota',
  MS: 'Mississippi',
  MO: 'Missouri',
  MT: 'Montana',
  NE: 'Nebraska',
  NV: 'Nevada',
  NH: 'New Hampshire',
  NJ: 'New Jersey',
  NM: 'New Mexico',
  NY: 'New York',
  NC: 'North Carolina',
  ND: 'North Dakota',
  OH: 'Ohio',
  OK: 'Oklahoma',
  OR: 'Oregon',
  PA: 'Pennsylvania',
  RI: 'Rhode Island',
  SC: 'South Carolina',
  SD: 'South Dakota',
  TN: 'Tennessee',
  TX: 'Texas',
  UT: 'Utah',
  VT: 'Vermont',
  VA: 'Virginia',
  WA: 'Washington',
  WV: 'West Virginia',
  WI: 'Wisconsin',
  WY: 'Wyoming',
}

/** By ISO 3166-1 alpha-2 code. */
export const countries: Readonly<Record<string, Country>> = {
  AT: country('Austria', four, '1010'),
  BE: country('Belgium', four, '1000'),
  BG: country('Bulgaria', four, '1000'),
  CH: country('Switzerland', four, '8001'),
  CY: country('Cyprus', four, '1010'),
  CZ: country('Czechia', threeTwo, '110 00'),
  DE: country('Germany', five, '10115'),
  DK: country('Denmark', four, '1050'),
  EE: country('Estonia', five, '10111'),
  ES: country('Spain', five, '28001'),
  FI: country('Finland', five, '00100'),
  FR: country('France', five, '75001'),
  GB: country('United Kingdom', /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/, 'SW1A 1AA'),
  GR: country('Greece', threeTwo, '105 57'),
  HR: country('Croatia', five, '10000'),
  HU: country('Hungary', four, '1011'),
  IE: country('Ireland', /^(?:[AC-FHKNPRTV-Y]\d{2}|D6W) ?[0-9AC-FHKNPRTV-Y]{4}$/, 'D02 AF30'),
  IT: country('Italy', five, '00118'),
  LT: country('Lithuania', /^(?:LT-)?\d{5}$/, 'LT-01100'),
  LU: country('Luxembourg', /^(?:L-)?\d{4}$/, '1111'),
  LV: country('Latvia', /^(?:LV-)?\d{4}$/, 'LV-1050'),
  MT: country('Malta', /^[A-Z]{3} ?\d{4}$/, 'VLT 1117'),
  NL: country('Netherlands', /^\d{4} ?[A-Z]{2}$/, '1012 JS'),
  NO: country('Norway', four, '0150'),
  PL: country('Poland', /^\d{2}-\d{3}$/, '00-001'),
  PT: country('Portugal', /^\d{4}-\d{3}$/, '1000-001'),
  RO: country('Romania', /^\d{6}$/, '010011'),
  SE: country('Sweden', threeTwo, '111 20'),
  SI: country('Slovenia', four, '1000'),
  SK: country('Slovakia', threeTwo, '811 01'),
  US: country('United States', /^\d{5}(?:-\d{4})?$/, '10001', states),
}
