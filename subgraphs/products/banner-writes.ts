import { Prisma } from '../../prisma/products/generated/client.ts'
import { newUuid, toId, toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { CallToActionModel, CarouselSlideModel } from './mappers.ts'
import { loadCallsToAction, loadSlides } from './merchandising.ts'
import type {
  CallToActionCreateInput,
  CallToActionUpdateInput,
  CarouselSlideCreateInput,
  CarouselSlideUpdateInput,
  ProductUserError,
} from './schema.generated.ts'
import { createReading, type Refusal, stale, toUserErrors, writeAsStaff } from './staff-write.ts'

// Slides and calls to action stand at a placement of a site, in an order and for a time. They differ in what
// they say, and in nothing that is written here.

interface Kind {
  /** As in the names of the mutations. */
  name: 'carouselSlide' | 'callToAction'
  /** Both the table's name. */
  table: Prisma.Sql
  row: Prisma.Sql
  /** Takes over of `changed` what the other kind does not have. */
  own: Prisma.Sql
  prefix: 'slide' | 'cta'
  notFound: Refusal['code']
}

const slides: Kind = {
  ...{ name: 'carouselSlide', table: Prisma.sql`"CarouselSlide"`, row: Prisma.sql`NULL::"CarouselSlide"` },
  own: Prisma.sql`"subtitle" = changed."subtitle", "pictureKey" = changed."pictureKey"`,
  ...{ prefix: 'slide', notFound: 'SLIDE_NOT_FOUND' },
}
const calls: Kind = {
  ...{ name: 'callToAction', table: Prisma.sql`"CallToAction"`, row: Prisma.sql`NULL::"CallToAction"` },
  own: Prisma.sql`"body" = changed."body", "label" = changed."label"`,
  ...{ prefix: 'cta', notFound: 'CALL_TO_ACTION_NOT_FOUND' },
}

/** As many stand at a placement at most, shown or not. */
const maximumBanners = 100

interface Words {
  title?: string | null
  subtitle?: string | null
  body?: string | null
  label?: string | null
  path?: string | null
  pictureKey?: string | null
}

type CreateInput = (CarouselSlideCreateInput | CallToActionCreateInput) & Words
type UpdateInput = (CarouselSlideUpdateInput | CallToActionUpdateInput) & Words

/** What of it is said; what is not given is left out, and what may be taken away is null where null is given. */
function readWords(reading: ReturnType<typeof createReading>, input: Words) {
  const words: Record<string, string | null> = {}
  const keep = (field: keyof Words, value: string | null) => {
    if (value !== null) words[field] = value
  }
  keep('title', reading.line('title', input.title, 100))
  keep('label', reading.line('label', input.label, 50))
  keep('path', reading.path('path', input.path))
  keep('pictureKey', input.pictureKey ?? null)
  keep('subtitle', reading.line('subtitle', input.subtitle, 200))
  keep('body', reading.text('body', input.body, 500))
  if (input.subtitle === null) words.subtitle = null
  if (input.body === null) words.body = null
  return words
}

interface Row extends Record<string, unknown> {
  startsAt: Date
  endsAt: Date | null
  version: number
}

const findBanner = async (tx: Prisma.TransactionClient, { table }: Kind, id: string | null) => {
  const rows = await tx.$queryRaw<Row[]>`SELECT * FROM ${table} WHERE "id" = ${id}::uuid FOR UPDATE`
  return rows[0] ?? null
}

async function createBanner(context: Context, kind: Kind, input: CreateInput) {
  const { table, row } = kind
  const placement = input.placement ?? 'home'
  const reading = createReading()
  const site = reading.site('site', input.site ?? context.caller.site)
  reading.slug('placement', placement)
  const words = readWords(reading, input)
  const startsAt = input.startsAt ?? context.moment.now
  const endsAt = input.endsAt ?? null
  reading.window(startsAt, endsAt)
  return writeAsStaff(context, {
    name: `${kind.name}Create`,
    input: { ...input, site },
    async write(tx) {
      await reading.picture(tx, 'pictureKey', input.pictureKey)
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      await reading.claim(tx, `${kind.name}:${site}/${placement}`)
      const [place] = await tx.$queryRaw<{ count: number; next: number }[]>`
        SELECT count(*)::int AS "count", coalesce(max("position") + 1, 0) AS "next" FROM ${table}
        WHERE "site" = ${site} AND "placement" = ${placement}`
      if ((place?.count ?? 0) >= maximumBanners) {
        const message = `There are ${maximumBanners} at this placement, which is as many as there may be.`
        return { refusals: [{ code: 'TOO_MANY', field: 'placement', message }] }
      }
      const id = newUuid()
      const made = { id, site, placement, position: place?.next, startsAt, endsAt, version: 1, ...words }
      await tx.$executeRaw`
        INSERT INTO ${table} SELECT * FROM jsonb_populate_record(${row}, ${JSON.stringify(made)}::jsonb)`
      return { written: id }
    },
  })
}

async function updateBanner(context: Context, kind: Kind, input: UpdateInput) {
  const { table, row, own, notFound } = kind
  const reading = createReading()
  const words = readWords(reading, input)
  const id = reading.id(kind.prefix, notFound, 'id', input.id)
  return writeAsStaff(context, {
    name: `${kind.name}Update`,
    input,
    async write(tx) {
      if (id === null) return { refusals: reading.refusals }
      const now = await findBanner(tx, kind, id)
      if (now === null)
        return { refusals: [{ code: notFound, field: 'id', message: 'There is none of that id.' }] }
      if (now.version !== input.version) return { refusals: [stale(now.version)] }
      const startsAt = input.startsAt ?? now.startsAt
      const endsAt = input.endsAt === undefined ? now.endsAt : input.endsAt
      reading.window(startsAt, endsAt)
      await reading.picture(tx, 'pictureKey', input.pictureKey)
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      const changed = { ...now, ...words, startsAt, endsAt }
      await tx.$executeRaw`
        UPDATE ${table} banner SET ${own}, "path" = changed."path", "title" = changed."title",
          "startsAt" = changed."startsAt", "endsAt" = changed."endsAt", "version" = banner."version" + 1
        FROM jsonb_populate_record(${row}, ${JSON.stringify(changed)}::jsonb) AS changed
        WHERE banner."id" = ${id}::uuid`
      return { written: id }
    },
  })
}

interface Deleted {
  deletedId: string | null
  userErrors: ProductUserError[]
}

async function deleteBanner(
  context: Context,
  kind: Kind,
  input: { id: string; version: number; idempotencyKey: string },
): Promise<Deleted> {
  const { table, prefix, notFound } = kind
  const id = toUuid(prefix, input.id)
  const outcome = await writeAsStaff(context, {
    name: `${kind.name}Delete`,
    input,
    async write(tx) {
      const now = await findBanner(tx, kind, id)
      if (id === null || now === null) {
        return { refusals: [{ code: notFound, field: 'id', message: 'There is none of that id.' }] }
      }
      if (now.version !== input.version) return { refusals: [stale(now.version)] }
      await tx.$executeRaw`DELETE FROM ${table} WHERE "id" = ${id}::uuid`
      return { written: toId(prefix, id) }
    },
  })
  if ('refusals' in outcome) return { deletedId: null, userErrors: toUserErrors(outcome.refusals) }
  return { deletedId: outcome.written, userErrors: [] }
}

interface Order {
  site?: string | null | undefined
  placement?: string
  ids: readonly string[]
  idempotencyKey: string
}

/** That all are named, and each once, is what keeps one order from being lost to another. */
async function reorderBanners(context: Context, kind: Kind, input: Order) {
  const { table, prefix } = kind
  const placement = input.placement ?? 'home'
  const reading = createReading()
  const site = reading.site('site', input.site ?? context.caller.site)
  reading.slug('placement', placement)
  const ids = input.ids.map((id) => toUuid(prefix, id) ?? '')
  return writeAsStaff(context, {
    name: `${kind.name}Reorder`,
    input: { ...input, site },
    async write(tx) {
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      await reading.claim(tx, `${kind.name}:${site}/${placement}`)
      const there = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM ${table} WHERE "site" = ${site} AND "placement" = ${placement} ORDER BY "id" FOR UPDATE`
      const known = new Set(there.map(({ id }) => id))
      const isWhole = ids.length === known.size && new Set(ids).size === ids.length
      if (!isWhole || !ids.every((id) => known.has(id))) {
        const message = `There are ${known.size} at this placement: name each of them once.`
        return { refusals: [{ code: 'INVALID_ORDER', field: 'ids', message }] }
      }
      await tx.$executeRaw`
        UPDATE ${table} banner SET "position" = list."position" - 1
        FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS list ("id", "position") WHERE banner."id" = list."id"`
      return { written: ids.join(' ') }
    },
  })
}

type Written = Awaited<ReturnType<typeof writeAsStaff>>

async function answered<Banner>(outcome: Written, load: (ids: string[]) => Promise<Banner[]>) {
  if ('refusals' in outcome) return { banners: null, userErrors: toUserErrors(outcome.refusals) }
  return { banners: await load(outcome.written.split(' ').filter((id) => id !== '')), userErrors: [] }
}

async function slideAnswer({ prisma }: Context, outcome: Written) {
  const { banners, userErrors } = await answered<CarouselSlideModel>(outcome, (ids) =>
    loadSlides(prisma, ids),
  )
  return { slide: banners?.[0] ?? null, slides: banners, userErrors }
}

async function callAnswer({ prisma }: Context, outcome: Written) {
  const { banners, userErrors } = await answered<CallToActionModel>(outcome, (ids) =>
    loadCallsToAction(prisma, ids),
  )
  return { callToAction: banners?.[0] ?? null, callsToAction: banners, userErrors }
}

export const createSlide = async (context: Context, input: CarouselSlideCreateInput) =>
  slideAnswer(context, await createBanner(context, slides, input))
export const updateSlide = async (context: Context, input: CarouselSlideUpdateInput) =>
  slideAnswer(context, await updateBanner(context, slides, input))
export const deleteSlide = (context: Context, input: Parameters<typeof deleteBanner>[2]) =>
  deleteBanner(context, slides, input)
export const reorderSlides = async (context: Context, input: Order) =>
  slideAnswer(context, await reorderBanners(context, slides, input))

export const createCall = async (context: Context, input: CallToActionCreateInput) =>
  callAnswer(context, await createBanner(context, calls, input))
export const updateCall = async (context: Context, input: CallToActionUpdateInput) =>
  callAnswer(context, await updateBanner(context, calls, input))
export const deleteCall = (context: Context, input: Parameters<typeof deleteBanner>[2]) =>
  deleteBanner(context, calls, input)
export const reorderCalls = async (context: Context, input: Order) =>
  callAnswer(context, await reorderBanners(context, calls, input))
