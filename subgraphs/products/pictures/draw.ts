import { type Chance, chanceFor } from './chance.ts'
import { type Colour, colours, lightness, mix } from './colours.ts'
import type { PictureParameters } from './key.ts'
import { type Motif, motifs, type Paint } from './motifs.ts'

const grounds = [
  '#f4ece0',
  '#e8eee4',
  '#e3ecef',
  '#f5e6df',
  '#ede7f0',
  '#f3eed9',
  '#e2ebe8',
  '#f1e2e2',
  '#e9e6df',
]
/** For things that are nearly white. */
const deepGrounds = ['#a8c0bc', '#c3b5c8', '#b3c2d0', '#cfb59f', '#b4c3a8', '#d6b0a1']
const companions: readonly Colour[] = [
  'rust',
  'mustard',
  'teal',
  'navy',
  'sage',
  'blush',
  'plum',
  'terracotta',
  'sky',
  'forest',
]

/**
 * Draws a picture as an SVG: 1200 by 1200, or 1600 by 700 for a wide scene. One set of parameters is always the same
 * text; nothing in it runs or refers to anything outside. `label` is its title, for those who do not see it.
 */
export function drawPicture(parameters: PictureParameters, { label }: { label?: string } = {}): string {
  const { motif, colour, seed, scene } = parameters
  const [width, height] = scene === 'wide' ? [1600, 700] : [1200, 1200]
  // All views of one thing draw it alike: what differs by view is taken from another chance.
  const staging = chanceFor(`${seed}/${scene}`)
  const stage: Stage = {
    thing: (name = colour) => proportioned(motifs[motif](paintFor(name, motif, chanceFor(seed))), seed),
    ground: groundFor(colour, staging),
    colour,
    chance: staging,
  }
  const inside = { 1: alone, 2: closer, 3: among, wide }[scene](stage)
  const name = label ?? `${motif} in ${colour}`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
    `<title>${escaped(name)}</title>${inside}</svg>`
  )
}

interface Stage {
  /** The motif around (0, 0), in its own colour or another. */
  thing(colour?: Colour): string
  ground: string
  colour: Colour
  chance: Chance
}

function alone({ thing, ground, chance }: Stage): string {
  const deep = mix(ground, '#8c7a66', 0.14)
  const backdrop = chance.pick(
    `<circle cx="600" cy="560" r="440" fill="${deep}"/>`,
    `<path d="M210 965 V560 a390 390 0 0 1 780 0 V965 Z" fill="${deep}"/>`,
    `<rect y="870" width="1200" height="330" fill="${deep}"/>`,
    `<circle cx="${chance.integer(420, 780)}" cy="420" r="300" fill="${deep}"/><rect y="890" width="1200" height="310" fill="${mix(ground, '#8c7a66', 0.22)}"/>`,
    `<path d="M0 760 Q300 640 600 740 T1200 700 V1200 H0 Z" fill="${deep}"/>`,
  )
  return `${fill(ground, 1200, 1200)}${backdrop}${shadow(600, 957, 380)}${placed(thing(), 600, 575, 1.45)}`
}

function closer({ thing, ground, chance }: Stage): string {
  const deep = mix(ground, '#8c7a66', 0.18)
  const stripe = `<path d="M-100 ${chance.integer(700, 900)} L1300 ${chance.integer(300, 520)} V1300 H-100 Z" fill="${deep}"/>`
  const [x, y] = chance.pick([600, 640], [540, 660], [660, 650])
  return `${fill(ground, 1200, 1200)}${stripe}${placed(thing(), x, y, 1.72, chance.pick(-9, -6, 7, 10))}`
}

function among({ thing, ground, colour, chance }: Stage): string {
  const deep = mix(ground, '#8c7a66', 0.2)
  const others = companions.filter((name) => name !== colour)
  const at = chance.integer(0, others.length - 1)
  const left = others[at] ?? colour
  const right = others[(at + 3) % others.length] ?? colour
  return (
    `${fill(ground, 1200, 1200)}<rect y="${chance.integer(780, 820)}" width="1200" height="420" fill="${deep}"/>` +
    `${shadow(290, 828, 170)}${placed(thing(left), 290, 660, 0.64)}${shadow(910, 828, 170)}${placed(thing(right), 910, 660, 0.64)}` +
    `${shadow(600, 975, 270)}${placed(thing(), 600, 705, 1.02)}`
  )
}

function wide({ thing, ground, colour, chance }: Stage): string {
  const own = colours[colour]
  const far = mix(ground, own, 0.2)
  const near = mix(ground, own, 0.36)
  const others = companions.filter((name) => name !== colour)
  const at = chance.integer(0, others.length - 1)
  const left = others[at] ?? colour
  const right = others[(at + 4) % others.length] ?? colour
  const backdrop = chance.pick(
    `<circle cx="1080" cy="330" r="290" fill="${far}"/><path d="M0 520 Q400 430 800 510 T1600 480 V700 H0 Z" fill="${near}"/>`,
    `<path d="M780 700 V330 a300 300 0 0 1 600 0 V700 Z" fill="${far}"/><rect y="560" width="1600" height="140" fill="${near}"/>`,
    `<path d="M0 470 L260 300 L520 450 L860 220 L1240 460 L1600 260 V700 H0 Z" fill="${far}"/><path d="M0 570 Q420 500 860 560 T1600 540 V700 H0 Z" fill="${near}"/>`,
  )
  // The left third stays calm, for words to stand on.
  return (
    `${fill(ground, 1600, 700)}${backdrop}` +
    `${shadow(760, 598, 120)}${placed(thing(left), 760, 482, 0.44)}${shadow(1400, 598, 120)}${placed(thing(right), 1400, 482, 0.44)}` +
    `${shadow(1080, 628, 220)}${placed(thing(), 1080, 400, 0.86)}`
  )
}

/** Makes a thing a little wider, taller or smaller than its like, standing where it stood. */
function proportioned(inside: string, seed: string): string {
  const chance = chanceFor(`${seed}/proportions`)
  const across = chance.integer(93, 107) / 100
  const up = chance.integer(93, 106) / 100
  return `<g transform="translate(0 260) scale(${across} ${up}) translate(0 -260)">${inside}</g>`
}

function placed(inside: string, x: number, y: number, scale: number, degrees = 0): string {
  return `<g transform="translate(${x} ${y}) rotate(${degrees}) scale(${scale})">${inside}</g>`
}

function shadow(x: number, y: number, radius: number): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${Math.round(radius / 9)}" fill="#3a2f25" opacity=".16"/>`
}

function fill(colour: string, width: number, height: number): string {
  return `<rect width="${width}" height="${height}" fill="${colour}"/>`
}

/** A ground that the colour stands out from. */
function groundFor(colour: Colour, chance: Chance): string {
  const shades = lightness(colours[colour]) > 0.75 ? deepGrounds : grounds
  return shades[chance.integer(0, shades.length - 1)] ?? '#f4ece0'
}

function paintFor(name: Colour, motif: Motif, chance: Chance): Paint {
  const base = colours[name]
  const others = companions.filter(
    (other) => other !== name && Math.abs(lightness(colours[other]) - lightness(base)) > 0.12,
  )
  const accent =
    colours[
      others[chanceFor(`${motif}/${name}/${chance.integer(0, 9)}`).integer(0, others.length - 1)] ?? 'mustard'
    ]
  return {
    base,
    dark: mix(base, '#241d2c', 0.2),
    darker: mix(base, '#241d2c', 0.42),
    light: mix(base, '#fffaf0', 0.42),
    accent,
    accentDark: mix(accent, '#241d2c', 0.22),
    chance,
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
