import { z } from 'zod'
import { readLine } from '../../kit/text.ts'
import type { Destination } from '../pricing/pricing.ts'
import type { CartDeliveryAddressInput, CartUserErrorCode } from '../schema.generated.ts'
import { countries } from './countries.ts'

const maxLength = 100

/** As it is kept with a cart. */
export const addressSchema = z.object({
  name: z.string(),
  line1: z.string(),
  line2: z.string().nullable(),
  postalCode: z.string().nullable(),
  city: z.string(),
  region: z.string().nullable(),
  countryCode: z.string(),
})
export type Address = z.infer<typeof addressSchema>

/** What is wrong with one part of an address. */
export interface AddressFault {
  field: keyof CartDeliveryAddressInput
  code: Extract<
    CartUserErrorCode,
    'INVALID_ADDRESS' | 'INVALID_POSTAL_CODE' | 'INVALID_REGION' | 'COUNTRY_NOT_SERVED'
  >
  message: string
}

export const destinationOf = ({ countryCode, region }: Address): Destination => ({
  countryCode,
  provinceCode: region,
})

/** An address as somebody wrote it, made tidy; or all that is wrong with it. */
export function readAddress(
  input: CartDeliveryAddressInput,
): { address: Address; faults: null } | { address: null; faults: AddressFault[] } {
  const faults: AddressFault[] = []
  const fault = (field: AddressFault['field'], code: AddressFault['code'], message: string) => {
    faults.push({ field, code, message })
    return ''
  }
  const line = (field: 'name' | 'line1' | 'city', what: string) =>
    readLine(input[field], maxLength) ??
    fault(field, 'INVALID_ADDRESS', `Write ${what}, in at most ${maxLength} characters.`)

  const countryCode = input.countryCode.trim().toUpperCase()
  const country = Object.hasOwn(countries, countryCode) ? countries[countryCode] : undefined
  const address: Address = {
    name: line('name', 'whose address it is'),
    line1: line('line1', 'the street and number'),
    line2: null,
    postalCode: null,
    city: line('city', 'the town'),
    region: null,
    countryCode,
  }
  if (input.line2 != null && input.line2.trim() !== '') {
    address.line2 =
      readLine(input.line2, maxLength) ??
      fault('line2', 'INVALID_ADDRESS', `The second line takes at most ${maxLength} characters.`)
  }
  if (country === undefined) {
    fault('countryCode', 'COUNTRY_NOT_SERVED', 'Nothing is sent to this country. Choose another.')
    return { address: null, faults }
  }

  const regionNames = Object.keys(country.regions)
  const region = (input.region ?? '').trim().toUpperCase()
  if (regionNames.length > 0) {
    address.region = regionNames.includes(region)
      ? region
      : fault(
          'region',
          'INVALID_REGION',
          `Choose a state of ${country.name} by its code, as ${regionNames[0]}.`,
        )
  }
  if (country.postalCode !== null) {
    const { pattern, example } = country.postalCode
    const code = (readLine(input.postalCode ?? '', 20) ?? '').toUpperCase()
    address.postalCode = pattern.test(code)
      ? code
      : fault(
          'postalCode',
          'INVALID_POSTAL_CODE',
          `This is no postal code of ${country.name}: one looks like ${example}.`,
        )
  }
  return faults.length > 0 ? { address: null, faults } : { address, faults: null }
}
