import { type HttpHandler, refuseForNow } from '../../service/http.ts'

interface LimitOptions {
  /** So many are answered at once. */
  maxOperations: number
  handle: HttpHandler
}

/** Answers no more than it can: to refuse the rest before it is read keeps the time of those that are answered. */
export function limitOperations({ maxOperations, handle }: LimitOptions): HttpHandler {
  let inFlight = 0
  return (request, response, url) => {
    if (inFlight >= maxOperations) return refuseForNow(response)
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
    return handle(request, response, url)
  }
}
