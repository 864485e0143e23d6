/** A department and what stands below it, in the order of the navigation. `motif` is what the picture draws. */
export interface Department {
  slug: string
  title: string
  description: string
  motif: string
  colour: string
  children: readonly { slug: string; title: string; description: string; motif: string; colour: string }[]
}

function child(slug: string, title: string, motif: string, colour: string, description: string) {
  return { slug, title, motif, colour, description }
}

export const departments: readonly Department[] = [
  {
    slug: 'clothing',
    title: 'Clothing & Knitwear',
    motif: 'jumper',
    colour: 'moss',
    description: 'Natural fibres, quiet colours and cuts that do not date.',
    children: [
      child(
        'knitwear',
        'Knitwear',
        'cardigan',
        'rust',
        'Jumpers and cardigans from mills that we know by name.',
      ),
      child('tops', 'Shirts & Tops', 'tee', 'sky', 'Plain tops and proper shirts, cut to be worn often.'),
      child(
        'outerwear',
        'Outerwear',
        'jacket',
        'mustard',
        'Shells, anoraks and warm layers for every forecast.',
      ),
      child(
        'hats-scarves',
        'Hats, Scarves & Socks',
        'beanie',
        'plum',
        'The small woollens that make winter a pleasure.',
      ),
    ],
  },
  {
    slug: 'outdoor',
    title: 'Outdoor',
    motif: 'tent',
    colour: 'teal',
    description: 'Good gear for short trips and long weekends, made to be mended.',
    children: [
      child(
        'bags',
        'Bags & Packs',
        'backpack',
        'ochre',
        'Packs, totes and weekenders for rails, roads and ridges.',
      ),
      child(
        'camping',
        'Tents & Sleeping',
        'tent',
        'forest',
        'A dry roof and a warm night, wherever you pitch.',
      ),
      child('flasks', 'Bottles & Flasks', 'bottle', 'sky', 'Hot until the summit, cold until the sea.'),
      child(
        'lamps-camp',
        'Camp Life',
        'lantern',
        'rust',
        'Lanterns, stools and tables for the hours after the walk.',
      ),
    ],
  },
  {
    slug: 'home',
    title: 'Home & Kitchen',
    motif: 'lamp',
    colour: 'terracotta',
    description: 'Things for the table, the stove and the good corner of the sofa.',
    children: [
      child('tableware', 'Tableware', 'mug', 'sage', 'Cups, mugs and bowls that are a pleasure to hold.'),
      child('cookware', 'Cookware', 'casserole', 'rust', 'Pans and pots that get better the more you cook.'),
      child('lighting', 'Lighting', 'lamp', 'brass', 'Lamps with a low, warm light for every corner.'),
      child('textiles', 'Cushions & Throws', 'cushion', 'blush', 'Soft layers in wool, linen and cotton.'),
      child('furniture', 'Furniture', 'chair', 'oak', 'Light, solid pieces with honest joints.'),
    ],
  },
  {
    slug: 'stationery',
    title: 'Stationery & Desk',
    motif: 'notebook',
    colour: 'navy',
    description: 'Paper, pens and calm surfaces for work that you like.',
    children: [
      child(
        'notebooks',
        'Notebooks & Planners',
        'notebook',
        'forest',
        'Books that open flat and paper that takes ink.',
      ),
      child('writing', 'Pens & Pencils', 'pen', 'copper', 'Writing tools to refill and keep.'),
      child('desk', 'On the Desk', 'organiser', 'walnut', 'A place for everything that has none.'),
    ],
  },
  {
    slug: 'play',
    title: 'Play & Games',
    motif: 'boardgame',
    colour: 'mustard',
    description: 'For wet afternoons, long evenings and wide fields.',
    children: [
      child(
        'board-games',
        'Board & Card Games',
        'boardgame',
        'teal',
        'Learned in ten minutes, argued about for years.',
      ),
      child('puzzles', 'Puzzles', 'puzzle', 'sky', 'Pictures that reward looking, cut to fit.'),
      child('wooden-toys', 'Wooden Toys', 'blocks', 'rust', 'Simple things, which are played with longest.'),
      child('soft-toys', 'Soft Toys', 'plush', 'blush', 'Made to be loved, washed and handed down.'),
      child(
        'outdoor-play',
        'Out to Play',
        'kite',
        'rose',
        'Kites for beaches, fields and the hill behind the school.',
      ),
    ],
  },
  {
    slug: 'garden',
    title: 'Garden',
    motif: 'planter',
    colour: 'sage',
    description: 'From the first seed on the sill to the last leaf on the lawn.',
    children: [
      child(
        'pots',
        'Pots & Planters',
        'planter',
        'terracotta',
        'Clay and stone for roots that want to breathe.',
      ),
      child('garden-tools', 'Garden Tools', 'trowel', 'oak', 'Forged, balanced and easy to keep sharp.'),
      child('watering', 'Watering', 'wateringcan', 'teal', 'Cans that pour where you point them.'),
      child('seeds', 'Seeds', 'seeds', 'ochre', 'Open-pollinated seeds, packed in paper.'),
    ],
  },
  {
    slug: 'audio',
    title: 'Audio',
    motif: 'headphones',
    colour: 'plum',
    description: 'Sound that is easy to live with, in things that can be repaired.',
    children: [
      child('headphones', 'Headphones', 'headphones', 'rose', 'For trains, desks and long walks home.'),
      child('speakers', 'Speakers', 'speaker', 'slate', 'Small boxes that fill rooms.'),
      child(
        'records-radio',
        'Records & Radio',
        'turntable',
        'walnut',
        'Turntables and radios to be set up once and enjoyed for decades.',
      ),
    ],
  },
  {
    slug: 'edits',
    title: 'Our Edits',
    motif: 'throw',
    colour: 'lilac',
    description: 'Short lists, put together by the people who pack your parcels.',
    children: [
      child('gifts', 'Small Gifts', 'cards', 'rose', 'Presents at under thirty euros that do not look it.'),
      child(
        'slow-evenings',
        'Slow Evenings',
        'throw',
        'plum',
        'Warm light, soft layers and something to play.',
      ),
      child(
        'weekend-away',
        'Weekend Away',
        'backpack',
        'teal',
        'What to pack between Friday at five and Sunday night.',
      ),
      child('made-to-last', 'Made to Last', 'pan', 'graphite', 'Things to buy once, and then to keep.'),
    ],
  },
]
