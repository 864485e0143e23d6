import { createDeparture, type Departure } from '../../service/departure.ts'

/** Something that is under way for some clients. */
interface Shared<Value> {
  value: Promise<Value>
  clients: number
  leave(): void
}

interface Request<Value> {
  /** What is equal for those that may have one answer: who asks, and what. */
  key: string
  departure: Departure
  /** Begins it, for as long as somebody waits for it. */
  begin: (departure: Departure) => Promise<Value>
}

/** Lets those who ask for the same while it is under way have one answer. It ends when the last of them has gone. */
export function createSharing<Value>(): (request: Request<Value>) => Promise<Value> {
  const underWay = new Map<string, Shared<Value>>()

  function beginShared({ key, begin }: Request<Value>): Shared<Value> {
    // Gone once all of them are.
    const { departure, leave } = createDeparture()
    const end = () => {
      if (underWay.get(key) === shared) underWay.delete(key)
    }
    const shared: Shared<Value> = {
      value: begin(departure).finally(end),
      clients: 0,
      leave() {
        // Who comes now would join something that is being ended.
        end()
        leave()
      },
    }
    underWay.set(key, shared)
    return shared
  }

  return async (request) => {
    const { key, departure } = request
    const shared = underWay.get(key) ?? beginShared(request)
    shared.clients += 1
    const leave = () => {
      shared.clients -= 1
      if (shared.clients === 0) shared.leave()
    }
    departure.listen(leave)
    try {
      return await shared.value
    } finally {
      departure.unlisten(leave)
    }
  }
}
