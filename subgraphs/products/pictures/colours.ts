/** The colours that things come in. */
export const colours = {
  sage: '#9db39a',
  moss: '#75814f',
  forest: '#3f5f4d',
  oatmeal: '#d9c8ab',
  cream: '#eee3cb',
  charcoal: '#4a4b50',
  slate: '#68788a',
  ink: '#33405c',
  navy: '#34486e',
  sky: '#8fb6d0',
  teal: '#3f8784',
  rust: '#b8613c',
  terracotta: '#cb7c5b',
  clay: '#b98d72',
  mustard: '#d9a53c',
  ochre: '#c7913f',
  blush: '#e3b3a6',
  rose: '#c9808a',
  plum: '#75506f',
  lilac: '#aa9bc3',
  sand: '#d6bd95',
  stone: '#b3aca1',
  oak: '#c79a63',
  walnut: '#855b3e',
  ash: '#dbbf95',
  brass: '#cba557',
  steel: '#a9b3ba',
  copper: '#bd7650',
  graphite: '#56585d',
  white: '#f3efe7',
} as const

export type Colour = keyof typeof colours

export function isColour(name: string): name is Colour {
  return Object.hasOwn(colours, name)
}

/** Mixes `hex` with `other`: 0 leaves it, 1 is the other. */
export function mix(hex: string, other: string, share: number): string {
  const part = (at: number) => {
    const from = Number.parseInt(hex.slice(at, at + 2), 16)
    const to = Number.parseInt(other.slice(at, at + 2), 16)
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${part(1)}${part(3)}${part(5)}`
}

/** How light a colour looks, from 0 to 1. */
export function lightness(hex: string): number {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return 0.3 * part(1) + 0.59 * part(3) + 0.11 * part(5)
}
