import { kindOf } from './catalogue.ts'
import { before, DAY_MS, HOUR_MS, MINUTE_MS, SHOP_TODAY } from './dates.ts'
import { uuidFor } from './ids.ts'
import type { Market } from './orders.ts'
import { agents } from './people.ts'
import { itemAt, type Random, randomFor } from './random.ts'
import type { ConversationData, ConversationStatus, CustomerData, MessageData, OrderData } from './types.ts'
import { type Scenario, scenarios } from './wording/conversations.ts'
import { fill } from './wording/sentences.ts'

export const CONVERSATIONS_PER_BLOCK = 60

/** By whom the first conversations of the shop are: Ada three, Grace and Linus two each. */
const namedConversations: readonly number[] = [0, 0, 0, 1, 1, 2, 2]

/** The conversations of a block, in no order. */
export function conversationsOf(market: Market, orders: readonly OrderData[]): ConversationData[] {
  const ordersOf = new Map<number, OrderData[]>()
  for (const order of orders) {
    ordersOf.set(order.customerIndex, [...(ordersOf.get(order.customerIndex) ?? []), order])
  }
  return Array.from({ length: CONVERSATIONS_PER_BLOCK }, (_, position) => {
    const index = market.block * CONVERSATIONS_PER_BLOCK + position
    const random = randomFor(`conversation:${index}`)
    const named = namedConversations[index]
    const customer = named === undefined ? random.pick(market.customers) : itemAt(market.customers, named)
    return conversationFor(market, index, customer, ordersOf.get(customer.index) ?? [], random)
  })
}

function conversationFor(
  market: Market,
  index: number,
  customer: CustomerData,
  orders: readonly OrderData[],
  random: Random,
): ConversationData {
  const { scenario, order } = topicFor(orders, random)
  const product = random.pick(market.products)
  const line = order === null ? null : random.pick(linesFor(scenario, order))
  const agent = random.pick(agents)
  const slots = {
    first: customer.firstName,
    agent: agent.displayName,
    product: line?.title ?? product.title,
    variant: line?.variantTitle ?? random.pick(product.variants).title,
    order: order?.number ?? '',
  }

  const startMs = startFor(scenario, order, customer, market.today, random)
  const length = lengthFor(scenario, startMs, random)
  const id = uuidFor('conversation', String(index), before(SHOP_TODAY, startMs))
  const messages: MessageData[] = []
  let agoMs = startMs
  for (const [position, wordings] of scenario.messages.slice(0, length).entries()) {
    const author = position % 2 === 0 ? 'CUSTOMER' : 'AGENT'
    messages.push({
      id: uuidFor('message', `${index}/${position}`, before(SHOP_TODAY, agoMs)),
      position,
      author,
      authorId: author === 'CUSTOMER' ? customer.id : agent.id,
      displayName: author === 'CUSTOMER' ? customer.displayName : agent.displayName,
      body: fill(random.pick(wordings), slots),
      sentAt: before(market.today, agoMs),
    })
    // Less than what is left, so that no message comes from tomorrow.
    agoMs -= Math.max(1000, Math.min(random.integer(2, 150) * MINUTE_MS, Math.floor(agoMs / 3)))
  }

  const last = itemAt(messages, messages.length - 1)
  return {
    index,
    id,
    customerId: customer.id,
    customerIndex: customer.index,
    site: customer.site,
    subject: fill(scenario.subject, slots),
    orderId: order?.id ?? null,
    orderNumber: order?.number ?? null,
    status: statusFor(last, market.today),
    createdAt: itemAt(messages, 0).sentAt,
    lastMessageAt: last.sentAt,
    agent,
    messages,
  }
}

/** A scenario with an order that it can be about, if the customer has one. */
function topicFor(
  orders: readonly OrderData[],
  random: Random,
): { scenario: Scenario; order: OrderData | null } {
  const topics = scenarios.flatMap((scenario): { scenario: Scenario; order: OrderData | null }[] => {
    if (scenario.about === null) return [{ scenario, order: null }]
    const fitting = orders.filter(
      (order) => scenario.about?.includes(order.status) && linesFor(scenario, order).length > 0,
    )
    return fitting.length === 0 ? [] : [{ scenario, order: random.pick(fitting) }]
  })
  return random.pick(topics)
}

function linesFor(scenario: Scenario, order: OrderData): OrderData['lines'] {
  if (scenario.worn !== true) return order.lines
  return order.lines.filter(({ productIndex }) =>
    kindOf(productIndex).choices.some((choice) => choice.name === 'Size' && choice.step === 0),
  )
}

function startFor(
  scenario: Scenario,
  order: OrderData | null,
  customer: CustomerData,
  today: Date,
  random: Random,
): number {
  if (order === null) {
    const sinceJoined = today.getTime() - customer.joinedAt.getTime()
    return (
      Math.round(
        Math.min(sinceJoined, random.chance(0.3) ? 2 * DAY_MS : sinceJoined) * random.next() ** 1.5,
      ) +
      HOUR_MS / 2
    )
  }
  const since = scenario.about?.includes('DELIVERED') ? (order.deliveredAt ?? order.placedAt) : order.placedAt
  const sinceMs = today.getTime() - since.getTime()
  return Math.max(
    2 * MINUTE_MS,
    Math.round(sinceMs - Math.min(sinceMs * 0.8, random.integer(1, 96) * HOUR_MS)),
  )
}

/** Old conversations ended with an agent's answer; of the recent ones some still wait for one. */
function lengthFor(scenario: Scenario, agoMs: number, random: Random): number {
  const longest = scenario.messages.length
  if (agoMs < 5 * DAY_MS && random.chance(0.5)) return random.chance(0.6) || longest < 5 ? 3 : 5
  return 2 * random.integer(1, Math.floor(longest / 2))
}

function statusFor(last: MessageData, today: Date): ConversationStatus {
  if (last.author === 'CUSTOMER') return 'WAITING'
  return today.getTime() - last.sentAt.getTime() < 5 * DAY_MS ? 'ANSWERED' : 'CLOSED'
}
