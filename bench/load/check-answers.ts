import { isDeepStrictEqual } from 'node:util'
import { Client } from 'undici'
import type { ComposedGraph } from '../subgraphs/expected-answers.ts'
import { newToken } from './callers.ts'
import { type Answer, exchange } from './exchange.ts'

const checkedCallers = 8
const saidLength = 300

/** Why an answer is not what it has to be; null where it is. The same JSON, whatever blanks stand in it. */
export function faultOf({ status, body }: Answer, expected: string): string | null {
  const text = body.toString()
  if (status !== 200) return `status ${status}: ${text.slice(0, saidLength)}`
  if (text === expected) return null
  try {
    const answer: { errors?: unknown } = JSON.parse(text)
    if (isDeepStrictEqual(answer, JSON.parse(expected))) return null
    if (answer.errors) return `errors: ${JSON.stringify(answer.errors).slice(0, saidLength)}`
  } catch {
    return `it is not JSON: ${text.slice(0, saidLength)}`
  }
  const from = firstDifference(text, expected)
  return `differs from what is right at character ${from}: …${text.slice(from, from + 80)} in place of …${expected.slice(from, from + 80)}`
}

function firstDifference(text: string, other: string): number {
  let index = 0
  while (index < text.length && text[index] === other[index]) index++
  return index
}

interface Checked {
  /** Of every right answer: the callers' tokens are of one length, and so is all that is made of them. */
  answerBytes: number
  fault: string | null
}

/** Compares a gateway's answers to several callers with what they have to be. */
export async function checkAnswers(
  url: string,
  { queryOf }: { queryOf: (count: number) => string },
  graph: ComposedGraph,
): Promise<Checked> {
  const connection = new Client(url, { headersTimeout: 60_000 })
  let answerBytes = 0
  try {
    for (let index = 0; index < checkedCallers; index++) {
      const token = newToken()
      const query = queryOf(index)
      const answer = await exchange(connection, {
        path: '/graphql',
        body: JSON.stringify({ query }),
        authorization: `Bearer ${token}`,
      })
      const fault = faultOf(answer, graph.expectedAnswer(query, token))
      if (fault !== null) return { answerBytes, fault }
      answerBytes = answer.body.length
    }
    return { answerBytes, fault: null }
  } finally {
    await connection.close()
  }
}
