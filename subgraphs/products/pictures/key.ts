import { type Colour, isColour } from './colours.ts'
import { isMotif, type Motif } from './motifs.ts'

/**
 * All that a drawing needs. As a key: `mug-sage-3f2a9c01-1` for a square picture (the last digit is the view: 1 alone,
 * 2 closer, 3 with others), `wide-mug-sage-3f2a9c01` for a wide one.
 */
export interface PictureParameters {
  motif: Motif
  colour: Colour
  /** 4 to 8 hexadecimal digits, from which all chance in the drawing comes. */
  seed: string
  scene: 1 | 2 | 3 | 'wide'
}

export function pictureKey({ motif, colour, seed, scene }: PictureParameters): string {
  return scene === 'wide' ? `wide-${motif}-${colour}-${seed}` : `${motif}-${colour}-${seed}-${scene}`
}

/** The parameters in a key, or null when it is not one. */
export function parsePictureKey(key: string): PictureParameters | null {
  const match = /^(wide-)?([a-z]{1,20})-([a-z]{1,20})-([0-9a-f]{4,8})(?:-([123]))?$/.exec(key)
  if (match === null) return null
  const [, wide, motif = '', colour = '', seed = '', view] = match
  if (!isMotif(motif) || !isColour(colour)) return null
  if (wide !== undefined) return view === undefined ? { motif, colour, seed, scene: 'wide' } : null
  if (view === undefined) return null
  return { motif, colour, seed, scene: view === '1' ? 1 : view === '2' ? 2 : 3 }
}
