import { expect, test } from 'vitest'
import { callerFrom, maySee, requireCustomer, requireRole } from './caller.ts'
import { toId } from './ids.ts'

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'
const guest = { issuer: 'gateway', subject: null, name: null, site: 'main', roles: [] }
const shopper = { ...guest, subject: toId('cus', uuid), roles: ['shopper'] }

const code = (expected: string) =>
  expect.objectContaining({ extensions: expect.objectContaining({ code: expected }) })

test('a customer is known by the uuid in the subject; staff whose subject is another kind of id is no customer', () => {
  expect(callerFrom(shopper).customerId).toBe(uuid)
  expect(callerFrom({ ...shopper, subject: 'staff_1' }).customerId).toBeNull()
})

test('only a service that is not the gateway acts on its own account', () => {
  expect(callerFrom({ ...guest, roles: ['service'] }).service).toBeNull()
  expect(callerFrom({ ...guest, issuer: 'cart', roles: ['service'] }).service).toBe('cart')
  expect(callerFrom({ ...guest, issuer: 'cart' }).service).toBeNull()
})

test('a site that the shop does not have is refused', () => {
  expect(() => callerFrom({ ...guest, site: 'nowhere' })).toThrow(code('FORBIDDEN'))
  expect(() => callerFrom({ ...guest, site: 'toString' })).toThrow(code('FORBIDDEN'))
})

test('a guest is asked to sign in, and somebody without the role is refused', () => {
  expect(() => requireCustomer(callerFrom(guest))).toThrow(code('UNAUTHENTICATED'))
  expect(requireCustomer(callerFrom(shopper))).toBe(uuid)
  expect(() => requireRole(callerFrom(guest), 'staff')).toThrow(code('UNAUTHENTICATED'))
  expect(() => requireRole(callerFrom(shopper), 'staff')).toThrow(code('FORBIDDEN'))
  expect(() => requireRole(callerFrom({ ...guest, subject: 'staff_1', roles: ['agent'] }), 'staff')).toThrow(
    code('FORBIDDEN'),
  )
  expect(requireRole(callerFrom({ ...shopper, roles: ['staff'] }), 'staff', 'agent')).toBeUndefined()
})

test('what is a customer’s is for that customer and for the roles that may see it', () => {
  expect(maySee(callerFrom(shopper), uuid)).toBe(true)
  expect(maySee(callerFrom(guest), uuid)).toBe(false)
  expect(maySee(callerFrom({ ...guest, roles: ['agent'] }), uuid, 'agent')).toBe(true)
})
