import type { Dispatcher } from 'undici'

export interface Answer {
  status: number
  body: Buffer
}

interface Request {
  path: string
  body: string
  authorization: string
}

/** Sends one request by undici's barest way and reads its answer: what sends it must cost as little as can be. */
export function exchange(connection: Dispatcher, { path, body, authorization }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    connection.dispatch(
      {
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', authorization },
        body,
      },
      {
        onRequestStart() {},
        onResponseStart(_, statusCode) {
          status = statusCode
        },
        onResponseData(_, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          const [first] = chunks
          resolve({ status, body: chunks.length === 1 && first ? first : Buffer.concat(chunks) })
        },
        onResponseError(_, error) {
          reject(error)
        },
      },
    )
  })
}
