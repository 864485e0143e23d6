import { hash32 } from './random.ts'
import type { PictureData } from './types.ts'
import { type ColourName, colourNames } from './wording/colours.ts'

/** A square picture of a thing. `view` 1 shows it alone, 2 closer and turned, 3 among others of its kind. */
export function picture(options: {
  motif: string
  colour: ColourName
  seed: string
  view: 1 | 2 | 3
  title: string
}): PictureData {
  const { motif, colour, seed, view, title } = options
  const scene = { 1: 'on a plain ground', 2: 'seen closer', 3: 'with others of its kind' }[view]
  return {
    key: `${motif}-${colour}-${seedDigits(seed)}-${view}`,
    altText: `${title} in ${colourNames[colour].toLowerCase()}, ${scene}`,
    width: 1200,
    height: 1200,
  }
}

/** A wide picture for collections and slides. */
export function widePicture(options: {
  motif: string
  colour: string
  seed: string
  altText: string
}): PictureData {
  const { motif, colour, seed, altText } = options
  return { key: `wide-${motif}-${colour}-${seedDigits(seed)}`, altText, width: 1600, height: 700 }
}

function seedDigits(seed: string): string {
  return hash32(`picture:${seed}`).toString(16).padStart(8, '0')
}
