import type { SiteName } from '../types.ts'

interface Slide {
  title: string
  subtitle: string | null
  motif: string
  colour: string
  path: string
  placement: string
  shown: 'always' | 'now' | 'past' | 'soon'
}

interface Call {
  title: string
  body: string | null
  label: string
  path: string
  placement: string
  shown: 'always' | 'now' | 'past' | 'soon'
}

export const slidesWording: Readonly<Record<SiteName, readonly Slide[]>> = {
  main: [
    {
      title: 'Layers for longer walks',
      subtitle: 'New knitwear from five small mills',
      motif: 'jumper',
      colour: 'rust',
      path: '/collections/knitwear',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Light the good corner',
      subtitle: 'Lamps with a low, warm light',
      motif: 'lamp',
      colour: 'mustard',
      path: '/collections/lighting',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Two nights out',
      subtitle: 'Tents and packs for short notice',
      motif: 'tent',
      colour: 'teal',
      path: '/collections/weekend-away',
      placement: 'home',
      shown: 'now',
    },
    {
      title: 'Game night, every night',
      subtitle: 'Learned in ten minutes',
      motif: 'boardgame',
      colour: 'plum',
      path: '/collections/board-games',
      placement: 'home',
      shown: 'now',
    },
    {
      title: 'Side A',
      subtitle: 'Turntables and speakers to keep',
      motif: 'turntable',
      colour: 'navy',
      path: '/collections/records-radio',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Sow now, pick in June',
      subtitle: 'Seeds in paper, tools in ash',
      motif: 'planter',
      colour: 'sage',
      path: '/collections/garden',
      placement: 'home',
      shown: 'past',
    },
    {
      title: 'Wrapped and ready',
      subtitle: 'Small gifts under thirty euros',
      motif: 'cards',
      colour: 'rose',
      path: '/collections/gifts',
      placement: 'home',
      shown: 'soon',
    },
    {
      title: 'From our workshop',
      subtitle: 'We mend what we sell',
      motif: 'organiser',
      colour: 'sand',
      path: '/service/repairs',
      placement: 'service',
      shown: 'always',
    },
  ],
  outlet: [
    {
      title: 'Last season, same mills',
      subtitle: 'Knitwear at outlet prices',
      motif: 'cardigan',
      colour: 'moss',
      path: '/collections/knitwear',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Ends of the line',
      subtitle: 'Mugs, bowls and pans while they last',
      motif: 'mug',
      colour: 'sky',
      path: '/collections/home',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Packs for less',
      subtitle: 'Carry more, pay less',
      motif: 'backpack',
      colour: 'ochre',
      path: '/collections/bags',
      placement: 'home',
      shown: 'now',
    },
    {
      title: 'Quiet, please',
      subtitle: 'Headphones from returned stock, checked by hand',
      motif: 'headphones',
      colour: 'slate',
      path: '/collections/headphones',
      placement: 'home',
      shown: 'now',
    },
  ],
}

export const callsToActionWording: Readonly<Record<SiteName, readonly Call[]>> = {
  main: [
    {
      title: 'Free delivery from €75',
      body: 'On everything, to everywhere in Europe, islands included.',
      label: 'How we deliver',
      path: '/service/delivery',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Five years of repairs',
      body: 'What we sell, we mend. The first five years are on us.',
      label: 'To the workshop',
      path: '/service/repairs',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Reduced, not lesser',
      body: 'The things that we have too many of, at prices that help both of us.',
      label: 'See the sale',
      path: '/sale',
      placement: 'home',
      shown: 'now',
    },
    {
      title: 'Not sure about the size?',
      body: 'Ask the people who have tried it on. We answer within the hour.',
      label: 'Write to us',
      path: '/service/contact',
      placement: 'product',
      shown: 'always',
    },
    {
      title: 'Exchange for free within 60 days',
      body: null,
      label: 'How it works',
      path: '/service/delivery',
      placement: 'cart',
      shown: 'always',
    },
    {
      title: 'Order by the 18th',
      body: 'And it will be under the tree.',
      label: 'Find a gift',
      path: '/collections/gifts',
      placement: 'home',
      shown: 'soon',
    },
    {
      title: 'Summer clearance',
      body: 'Tents, kites and everything that likes the sun.',
      label: 'Have a look',
      path: '/collections/outdoor',
      placement: 'home',
      shown: 'past',
    },
  ],
  outlet: [
    {
      title: 'Free delivery from $99',
      body: 'On everything in the outlet.',
      label: 'How we deliver',
      path: '/service/delivery',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Returned, checked, reduced',
      body: 'Each piece was looked at by a person before it went back on the shelf.',
      label: 'New in the outlet',
      path: '/new',
      placement: 'home',
      shown: 'always',
    },
    {
      title: 'Returns within 30 days',
      body: null,
      label: 'How it works',
      path: '/service/delivery',
      placement: 'cart',
      shown: 'always',
    },
  ],
}
