import { createHmac, timingSafeEqual } from 'node:crypto'

// The signatures of the test provider's webhooks, in the form of Stripe's: `t=SECONDS,v1=HEX`, an HMAC of
// `SECONDS.BODY`. https://docs.stripe.com/webhooks#verify-manually

/** So old, or so far ahead, a webhook may be. */
export const toleranceSeconds = 300

const hmac = (secret: string, seconds: number, body: Buffer | string) =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()

export const signWebhook = (secret: string, body: Buffer | string, at = new Date()): string => {
  const seconds = Math.floor(at.getTime() / 1000)
  return `t=${seconds},v1=${hmac(secret, seconds, body).toString('hex')}`
}

export function isSigned(secret: string, body: Buffer, header: string | undefined, now: Date): boolean {
  const [, time = '', signature = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? []
  if (signature === '' || Math.abs(now.getTime() / 1000 - Number(time)) > toleranceSeconds) return false
  return timingSafeEqual(hmac(secret, Number(time), body), Buffer.from(signature, 'hex'))
}
