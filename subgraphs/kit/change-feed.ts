import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { type ErrorCode, errorCatalogue, graphqlError } from '../../service/errors.ts'
import { type HttpRoutes, sendJson } from '../../service/http.ts'
import type { Logger } from '../../service/log.ts'
import { type ContextSigner, contextHeader, createContextVerifier } from '../../service/signed-context.ts'
import { callerFrom } from './caller.ts'
import type { SubgraphConfig, SubgraphName } from './config.ts'
import { reason } from './database/errors.ts'
import { ownCredential } from './own-credential.ts'
import type { BackgroundWork } from './subgraph.ts'
import type { Transaction, TransactionStarter } from './transaction.ts'

// A change feed is an owner's outbox, written in the same transaction as what it tells of, and read by others
// by sequence number: https://microservices.io/patterns/data/transactional-outbox.html

/** A change to an entity of the owner's, as it is written. */
export interface NewChange {
  /** What happened, as `order.placed`. */
  kind: string
  /** The entity's uuid. */
  entityId: string
  /** All that readers need to know: JSON. */
  payload: unknown
}

/** A change as its readers get it. Readers ignore kinds that they do not know. */
export interface Change extends NewChange {
  /** Rises in the order in which changes were committed; leaves gaps. */
  sequence: bigint
  at: Date
}

/** The first of the two numbers of every advisory lock of this file: `ARCF`. */
const lockClass = 0x41524346
const writersLock = 0
const maxPage = 1000

/**
 * Writes changes to the subgraph's own feed, in the order given. Call it late in a transaction: from here to
 * the commit no other transaction writes changes, or one with a lower number could become visible after one
 * with a higher number has been read, and be missed for ever.
 */
export async function appendChanges(
  tx: Pick<Transaction, '$executeRaw'>,
  changes: readonly NewChange[],
): Promise<void> {
  if (changes.length === 0) return
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockClass}::int, ${writersLock}::int)`
  await tx.$executeRaw`
    INSERT INTO "Change" ("kind", "entityId", "payload")
    SELECT item->>'kind', (item->>'entityId')::uuid, item->'payload'
    FROM jsonb_array_elements(${JSON.stringify(changes)}::jsonb) WITH ORDINALITY AS list (item, position)
    ORDER BY position`
}

/** What is needed of `Services` to serve a feed. */
interface OwnerServices {
  prisma: Transaction
  config: Pick<SubgraphConfig, 'serviceKeys'>
}

interface PageRow {
  feed: string
  head: string
  sequence: string | null
  kind: string
  entityId: string
  payload: unknown
  at: Date
}

const wholeNumber = /^\d{1,18}$/

/** `GET /changes?after=SEQUENCE&limit=N`: the page of the feed after a sequence number, for services alone. */
export function changesRoute({ prisma, config }: OwnerServices): HttpRoutes {
  const verifier = createContextVerifier({ keys: config.serviceKeys })

  async function refusal(header: string | string[] | undefined): Promise<ErrorCode | null> {
    const context = await verifier.verify(typeof header === 'string' ? header : undefined)
    if (context === null) return 'UNTRUSTED_CALLER'
    const { service } = callerFrom(context)
    return service === null ? 'FORBIDDEN' : null
  }

  return {
    '/changes': {
      methods: ['GET'],
      async handle(request, response, url) {
        const refuse = (code: ErrorCode, message?: string) =>
          sendJson(response, errorCatalogue[code].status, { errors: [graphqlError(code, message)] })

        const refused = await refusal(request.headers[contextHeader])
        if (refused !== null) return refuse(refused)

        const after = url.searchParams.get('after') ?? '0'
        const limit = url.searchParams.get('limit') ?? '500'
        if (!wholeNumber.test(after)) {
          return refuse('BAD_USER_INPUT', 'after takes the sequence number of a change, or 0 for the start.')
        }
        if (!wholeNumber.test(limit) || Number(limit) < 1 || Number(limit) > maxPage) {
          return refuse('BAD_USER_INPUT', `limit takes 1 to ${maxPage}.`)
        }

        // One statement, so that head and page are of one moment.
        const rows = await prisma.$queryRaw<PageRow[]>`
          SELECT feed."id" AS "feed", head."sequence"::text AS "head", page."sequence"::text AS "sequence",
                 page."kind", page."entityId", page."payload", page."at"
          FROM "Feed" feed
          CROSS JOIN (SELECT coalesce(max("sequence"), 0) AS "sequence" FROM "Change") head
          LEFT JOIN LATERAL (
            SELECT * FROM "Change" WHERE "sequence" > ${after}::bigint ORDER BY "sequence" LIMIT ${limit}::int
          ) page ON true
          ORDER BY page."sequence"`
        const [first] = rows
        if (first === undefined) throw new Error('the table Feed has no row: the migration makes one')
        const changes = rows
          .filter(({ sequence }) => sequence !== null)
          .map(({ sequence, kind, entityId, payload, at }) => ({ sequence, kind, entityId, payload, at }))
        sendJson(response, 200, { feed: first.feed, head: first.head, changes })
      },
    },
  }
}

const sequenceText = z.string().regex(wholeNumber).transform(BigInt)
const pageSchema = z.object({
  feed: z.uuid(),
  head: sequenceText,
  changes: z.array(
    z.object({
      sequence: sequenceText,
      kind: z.string(),
      entityId: z.uuid(),
      payload: z.unknown(),
      at: z.iso.datetime().transform((text) => new Date(text)),
    }),
  ),
})
type Page = z.infer<typeof pageSchema>

interface Position {
  feed: string
  sequence: bigint
  head: bigint
}

/** How a follower stands; part of the readiness answer. */
interface FeedStatus extends Record<string, unknown> {
  owner: SubgraphName
  /** The last change that was applied, and the owner's last one. */
  sequence: string
  head: string
  /**
   * How far apart the two are; null when the owner has not been read since the start. Numbers have gaps, so
   * that there may be fewer changes between them.
   */
  lag: number | null
  /** When the owner was last read; null when it has not been since the start. */
  readAt: string | null
  state: 'current' | 'catching up' | 'unreachable' | 'failing'
}

/** What is needed of `Services` to follow a feed. */
interface FollowerServices<Tx extends Transaction> {
  prisma: TransactionStarter<Tx> & Transaction
  config: Pick<SubgraphConfig, 'feedUrls' | 'feedPollMs'>
  log: Logger
  signer(): Promise<ContextSigner>
}

interface FollowOptions<Tx extends Transaction> {
  services: FollowerServices<Tx>
  owner: SubgraphName
  /**
   * Applies changes, in their order. It may be given the same ones again, after a replay, and must then come
   * to the same state. When it throws, nothing of the batch stays, and the batch is tried again.
   */
  apply: (tx: Tx, changes: readonly Change[]) => Promise<void>
  /** Forgets all that was applied: the owner's feed is another one, and is read from its start. */
  reset: (tx: Tx) => Promise<void>
  /** How many changes are asked for, and applied in a transaction, at once; 1 to 1000. */
  batchSize?: number
  /** How long the owner may take to answer. */
  timeoutMs?: number
  /** The largest answer that is read. */
  maxPageBytes?: number
  /** The longest pause between attempts while the owner does not answer. */
  maxBackoffMs?: number
}

const firstBackoffMs = 250
/** How long a batch may take to be applied, and how long all that was applied may take to be forgotten. */
const applyMs = 30_000
const resetMs = 600_000

/**
 * Follows another subgraph's change feed for as long as the process runs. The position is kept in the reader's
 * own database and moves in the transaction that applies, so that the two can't come apart.
 */
export function followFeed<Tx extends Transaction>({
  services,
  owner,
  apply,
  reset,
  batchSize = 500,
  timeoutMs = 5_000,
  maxPageBytes = 16_777_216,
  maxBackoffMs = 10_000,
}: FollowOptions<Tx>): BackgroundWork {
  const { prisma, config, log, signer } = services
  const ownerUrl = config.feedUrls[owner]
  if (ownerUrl === undefined) throw new TypeError(`there is no address of ${owner}`)
  const agent = new Agent({ connections: 1, maxResponseSize: maxPageBytes })
  const credential = ownCredential(signer)
  const stopping = new AbortController()
  let call: AbortController | undefined
  let sequence = 0n
  let head = 0n
  let readAt: Date | null = null
  let state: FeedStatus['state'] = 'catching up'

  async function fetchPage(after: bigint, token: string): Promise<Page> {
    // One of its own for each call: what listens to a signal that lives as long as the process piles up.
    call = new AbortController()
    if (stopping.signal.aborted) call.abort()
    const timer = setTimeout(() => call?.abort(new Error('no answer in time')), timeoutMs)
    try {
      const url = new URL(`/changes?after=${after}&limit=${batchSize}`, ownerUrl)
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        signal: call.signal,
        headers: { [contextHeader]: token, accept: 'application/json' },
      })
      if (statusCode !== 200) {
        await body.dump()
        throw new Error(`answered with status ${statusCode}`)
      }
      return pageSchema.parse(await body.json())
    } finally {
      clearTimeout(timer)
    }
  }

  async function readPosition(): Promise<Position | null> {
    const [position] = await prisma.$queryRaw<Position[]>`
      SELECT "feed", "sequence", "head" FROM "FeedPosition" WHERE "owner" = ${owner}`
    return position ?? null
  }

  /** @returns false when another replica of this subgraph is at it, or was since `before` was read. */
  async function advance(
    before: Position | null,
    to: bigint,
    page: Page,
    change: (tx: Tx) => Promise<void>,
    timeout = applyMs,
  ) {
    return prisma.$transaction(
      async (tx) => {
        const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
          SELECT pg_try_advisory_xact_lock(${lockClass}::int, hashtext(${owner})) AS "taken"`
        if (!lock?.taken) return false
        // Locked, so that a replay which is asked for now comes after this batch, and is not undone by it.
        const [now] = await tx.$queryRaw<Position[]>`
          SELECT "feed", "sequence", "head" FROM "FeedPosition" WHERE "owner" = ${owner} FOR UPDATE`
        if (now?.feed !== before?.feed || now?.sequence !== before?.sequence) return false
        await change(tx)
        await tx.$executeRaw`
          INSERT INTO "FeedPosition" ("owner", "feed", "sequence", "head", "readAt")
          VALUES (${owner}, ${page.feed}::uuid, ${to}, ${page.head}, now())
          ON CONFLICT ("owner") DO UPDATE SET "feed" = excluded."feed", "sequence" = excluded."sequence",
            "head" = excluded."head", "readAt" = excluded."readAt"`
        return true
      },
      { maxWait: 5_000, timeout },
    )
  }

  /** One page. @returns whether there is more to read at once. */
  async function round(): Promise<boolean> {
    const position = await readPosition()
    sequence = position?.sequence ?? 0n
    if (readAt === null) head = position?.head ?? 0n
    const page = await fetchPage(sequence, await credential()).catch((error: unknown) => {
      throw new OwnerUnreachable(error)
    })
    readAt = new Date()
    head = page.head

    if (position !== null && (position.feed !== page.feed || page.head < position.sequence)) {
      log.warn(
        { owner, feed: page.feed, head: String(page.head) },
        'the change feed is another one: starting over',
      )
      return advance(position, 0n, page, reset, resetMs)
    }
    const last = page.changes.at(-1)
    if (last === undefined) {
      state = 'current'
      return false
    }
    checkOrder(page.changes, sequence)
    state = 'catching up'
    const moved = await advance(position, last.sequence, page, (tx) => apply(tx, page.changes))
    if (!moved) return false
    sequence = last.sequence
    if (sequence >= head) state = 'current'
    return sequence < head
  }

  async function follow(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      let pauseMs = config.feedPollMs
      try {
        if (await round()) pauseMs = 0
        if (failures > 0) log.info({ owner }, 'the change feed is read again')
        failures = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        const cause = error instanceof OwnerUnreachable ? error.cause : error
        state = error instanceof OwnerUnreachable ? 'unreachable' : 'failing'
        // Once for each outage, not once for each attempt; but our own fault is an error every time.
        if (state === 'failing') log.error({ err: cause, owner }, 'a change feed could not be applied')
        else if (failures === 0) log.warn({ owner, reason: reason(cause) }, 'a change feed could not be read')
        const ceiling = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures, 10))
        pauseMs = ceiling / 2 + Math.random() * (ceiling / 2)
        failures += 1
      }
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const done = follow()

  return {
    name: `${owner}Feed`,
    status: (): FeedStatus => ({
      owner,
      sequence: String(sequence),
      head: String(head),
      lag: readAt === null ? null : Number(head > sequence ? head - sequence : 0n),
      readAt: readAt?.toISOString() ?? null,
      state,
    }),
    async stop() {
      stopping.abort()
      call?.abort()
      await done
      await agent.destroy()
    },
  }
}

/** The owner did not answer, or not with a page of its feed. */
class OwnerUnreachable extends Error {
  override readonly name = 'OwnerUnreachable'
  constructor(cause: unknown) {
    super('the owner of the change feed did not answer', { cause })
  }
}

/** A page whose numbers do not rise would move the position wrongly, and lose changes. */
function checkOrder(changes: readonly Change[], after: bigint): void {
  let previous = after
  for (const { sequence } of changes) {
    if (sequence <= previous) throw new OwnerUnreachable(new Error('the changes are not in order'))
    previous = sequence
  }
}
