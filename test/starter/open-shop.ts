import { waitUntil } from '../set-up/wait-until.ts'
import { npmStart, type Place } from './starter-process.ts'

const startTimeoutMs = 180_000
const open = /The arcade is open/

/** Runs `npm start` until the shop is open. @throws what it has said, where it ends before. */
export async function openShop(place: Place) {
  const shop = npmStart(place)
  const ended = shop.exited.then((how) => {
    throw new Error(`npm start ended with ${how} before the shop was open:\n${shop.output()}`)
  })
  await Promise.race([shop.says(open, { timeoutMs: startTimeoutMs }), ended])
  return shop
}

/** Until cart and reviews know all that the owners of their copies have told. */
export async function untilFeedsAreFollowed(place: Place) {
  for (const name of ['cart', 'reviews']) {
    await waitUntil(
      async () => {
        const ready = await fetch(`http://127.0.0.1:${place.portOf(name)}/health/ready`)
        const text = await ready.text()
        return text.includes('"state":"current"')
      },
      { until: `${name} has not caught up with its feeds`, timeoutMs: startTimeoutMs },
    )
  }
}
