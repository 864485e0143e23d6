import { Agent, request } from 'undici'

/**
 * A fetcher of undici's `request`, which does with less than `fetch` does: swapping one `fetch` for another gains
 * nothing. It gives of a response what a data source reads of it.
 */
export function createUndiciFetcher() {
  const dispatcher = new Agent({ connections: 128 })
  return async (url, { method, headers, body }) => {
    const answer = await request(url, { dispatcher, method, headers, body })
    return {
      url,
      status: answer.statusCode,
      statusText: '',
      ok: answer.statusCode >= 200 && answer.statusCode < 300,
      headers: { get: (name) => answer.headers[name.toLowerCase()] ?? null },
      json: () => answer.body.json(),
      text: () => answer.body.text(),
    }
  }
}
