import { collectionId } from './catalogue.ts'
import { before, DAY_MS } from './dates.ts'
import { uuidFor } from './ids.ts'
import { widePicture } from './pictures.ts'
import type { CallToActionData, CarouselSlideData, MenuData, MenuItemData, SiteName } from './types.ts'
import { departments } from './wording/collections.ts'
import { callsToActionWording, slidesWording } from './wording/promotions.ts'

const sites: readonly SiteName[] = ['main', 'outlet']

/** The main and the footer menu of each site. */
export function* menus(): Generator<MenuData> {
  for (const site of sites) {
    yield {
      site,
      handle: 'main',
      items: departments
        // The edits are made by the main shop's people.
        .filter(({ slug }) => site === 'main' || slug !== 'edits')
        .map((department) => ({ ...item(department), items: department.children.map(item) })),
    }
    yield {
      site,
      handle: 'footer',
      items: [
        page('Shop', '/collections', [
          page('New arrivals', '/new'),
          page('On sale', '/sale'),
          page('All collections', '/collections'),
        ]),
        page('Service', '/service', [
          page('Delivery & returns', '/service/delivery'),
          page('Repairs', '/service/repairs'),
          page('Contact us', '/service/contact'),
        ]),
        page('Account', '/account', [
          page('Orders', '/account/orders'),
          page('Reviews', '/account/reviews'),
          page('Messages', '/account/conversations'),
        ]),
      ],
    }
  }
}

function item({ slug, title }: { slug: string; title: string }): MenuItemData {
  return { title, path: `/collections/${slug}`, collectionId: collectionId(slug), items: [] }
}

function page(title: string, path: string, items: MenuItemData[] = []): MenuItemData {
  return { title, path, collectionId: null, items }
}

/** Slides, most of them shown for years, one that is over and one that is to come. */
export function* carousel(today: Date): Generator<CarouselSlideData> {
  for (const site of sites) {
    for (const [position, slide] of slidesWording[site].entries()) {
      const { title, subtitle, motif, colour, path, placement } = slide
      const seed = `slide:${site}/${position}`
      yield {
        id: uuidFor('slide', `${site}/${position}`),
        site,
        placement,
        position,
        title,
        subtitle,
        picture: widePicture({ motif, colour, seed, altText: `${title}: a drawing` }),
        path,
        ...windowOf(slide.shown, today),
      }
    }
  }
}

export function* callsToAction(today: Date): Generator<CallToActionData> {
  for (const site of sites) {
    for (const [position, call] of callsToActionWording[site].entries()) {
      const { title, body, label, path, placement } = call
      yield {
        id: uuidFor('call-to-action', `${site}/${position}`),
        site,
        placement,
        position,
        title,
        body,
        label,
        path,
        ...windowOf(call.shown, today),
      }
    }
  }
}

function windowOf(
  shown: 'always' | 'now' | 'past' | 'soon',
  today: Date,
): { from: Date; until: Date | null } {
  const days = (count: number) => before(today, -count * DAY_MS)
  if (shown === 'past') return { from: days(-80), until: days(-40) }
  if (shown === 'soon') return { from: days(21), until: days(60) }
  return {
    from: new Date('2026-01-01T00:00:00.000Z'),
    until: shown === 'now' ? new Date('2030-01-01T00:00:00.000Z') : null,
  }
}
