import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toId, toUuid } from './ids.ts'

test('every uuid comes back from its id, and from an id of its own kind only', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = toId('prod', uuid)
      expect(id).toMatch(/^prod_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
      expect(toUuid('prod', id)).toBe(uuid)
      expect(toUuid('var', id)).toBeNull()
    }),
  )
})

test('text that is no id of the kind is null and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(toUuid('cart', text)).toBeNull()
      expect(toUuid('cart', `cart_${text}`)).toSatisfy((uuid) => uuid === null || text.length === 26)
    }),
  )
})

test('an id in capitals, with its prefix alone, or beyond 128 bits is none', () => {
  const id = toId('ord', '01890a5d-ac96-774b-bcce-b302099a8057')
  for (const text of [id.toUpperCase(), 'ord_', 'ord', '', `ord_8${'0'.repeat(25)}`])
    expect(toUuid('ord', text)).toBeNull()
})
