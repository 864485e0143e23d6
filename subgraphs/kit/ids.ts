import { TypeID, typeid } from 'typeid-js'

/** The prefix of each kind of id: https://github.com/jetify-com/typeid/tree/main/spec */
export type IdPrefix =
  | 'prod'
  | 'var'
  | 'coll'
  | 'slide'
  | 'cta'
  | 'cus'
  | 'rev'
  | 'cart'
  | 'disc'
  | 'line'
  | 'ord'
  | 'chk'
  | 'ful'
  | 'rfd'
  | 'ret'
  | 'conv'
  | 'msg'
  | 'loc'

/** The id that clients see, made from the uuid that the database keeps. */
export const toId = (prefix: IdPrefix, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString()

/** The uuid in an id; null when the text is not an id of that kind. */
export function toUuid(prefix: IdPrefix, id: string): string | null {
  try {
    return TypeID.fromString(id, prefix).toUUID()
  } catch {
    return null
  }
}

/** A new uuid of version 7, which sorts by the time at which it was made. */
export const newUuid = (): string => typeid().toUUID()
