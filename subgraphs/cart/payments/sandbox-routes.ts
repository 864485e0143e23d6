import { type HttpRoutes, readBody, sendJson } from '../../../service/http.ts'
import type { SandboxProvider } from './sandbox-provider.ts'

// Where the test provider's "bank" sees the shopper: a page with two buttons.

const path = '/payments/test/challenge/'

const page = (paymentId: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Test bank</title>
<h1>Test bank</h1>
<p>Is it you who pays? Nothing is charged: this stands where a bank's own page would.</p>
<form method="post" action="${path}${paymentId}">
<button name="answer" value="yes">Yes, pay</button> <button name="answer" value="no">No</button>
</form></html>`

const knownId = /^tp_[0-9a-f-]{36}$/

export function sandboxRoutes({ answerChallenge }: Pick<SandboxProvider, 'answerChallenge'>): HttpRoutes {
  return {
    [`${path}*`]: {
      methods: ['GET', 'POST'],
      async handle(request, response, url) {
        const paymentId = url.pathname.slice(path.length)
        if (!knownId.test(paymentId)) return sendJson(response, 404, { error: 'no such payment' })
        if (request.method === 'GET') {
          response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
          response.end(page(paymentId))
          return
        }
        const body = await readBody(request, 1024)
        if (body === null) return sendJson(response, 413, { error: 'too large' })
        const passed = new URLSearchParams(body.toString('utf8')).get('answer') === 'yes'
        const answered = await answerChallenge(paymentId, passed)
        if (answered === null) return sendJson(response, 404, { error: 'no such payment' })
        if (answered.returnUrl === null) return sendJson(response, 200, { answered: true })
        response.writeHead(303, { location: answered.returnUrl })
        response.end()
      },
    },
  }
}
