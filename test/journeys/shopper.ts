import { randomUUID } from 'node:crypto'
import { type DocumentNode, print } from 'graphql'
import { type Answered, isObject, type ShopClient } from '../outages/kills/shop-client.ts'

/** A document with the types of its variables and of its data, as those of the web shop have them. */
export interface TypedDocument<Data, Variables> extends DocumentNode {
  __apiType?: (variables: Variables) => Data
}

/** Who asks: somebody who has not signed in, the customer, or somebody who works for the shop. */
export type Asker = 'guest' | 'customer' | 'staff'

/** What was asked and answered. */
export interface Exchange {
  document: DocumentNode
  variables: Readonly<Record<string, unknown>>
  answer: Answered
}

/** What a step could not be done without was lost, or is of a step that could not be done. */
export class Missing extends Error {}

interface ShopperOptions {
  client: ShopClient
  tokens: Readonly<Record<Asker, string | undefined>>
  /** Told of each answer. */
  heard: (exchange: Exchange) => void
}

/** Somebody on the way through the shop, and what they know by now. */
export function createShopper({ client, tokens, heard }: ShopperOptions) {
  const memory = new Map<string, string>()

  return {
    /** @throws Missing where nothing came back. */
    async ask<Data, Variables extends Record<string, unknown>>(
      document: TypedDocument<Data, Variables>,
      variables: Variables,
      asker: Asker = 'guest',
    ): Promise<Data> {
      const token = tokens[asker]
      const question = { query: print(document), variables, ...(token !== undefined && { token }) }
      const answer = await client.ask(question)
      if (answer.kind === 'unanswered') throw new Error(`the gateway did not answer: ${answer.reason}`)
      heard({ document, variables, answer })
      if (!isData<Data>(answer.data)) throw new Missing('an answer')
      return answer.data
    },
    /** Remembers something for the steps to come. */
    keep(name: string, value: string) {
      memory.set(name, value)
    },
    /** @throws Missing where the step that would have kept it could not be done. */
    recall(name: string): string {
      const value = memory.get(name)
      if (value === undefined) throw new Missing(name)
      return value
    },
    /** What a write says: the same whenever it is sent again, as its idempotency key wants. */
    async sameAgain(name: string, find: () => Promise<string> | string): Promise<string> {
      const value = memory.get(name) ?? (await find())
      memory.set(name, value)
      return value
    },
    /** The idempotency key of a write. */
    keyFor(write: string): string {
      const key = memory.get(`key of ${write}`) ?? randomUUID()
      memory.set(`key of ${write}`, key)
      return key
    },
  }
}

export type Shopper = ReturnType<typeof createShopper>

/** The gateway gives what the document asks for, in the types of its schema: that is its own tests' affair. */
const isData = <Data>(data: unknown): data is Data => isObject(data)

/** What has to be there for a step to go on. @throws Missing */
export function need<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw new Missing(name)
  return value
}
