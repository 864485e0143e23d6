import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { shopData } from '../../../prisma/shop-data/index.ts'
import { type Colour, colours } from './colours.ts'
import { drawPicture } from './draw.ts'
import { type PictureParameters, parsePictureKey, pictureKey } from './key.ts'
import { type Motif, motifs } from './motifs.ts'

// Thousands of drawings take a while where many tests run at once.
vi.setConfig({ testTimeout: 60_000 })

const motifNames = Object.keys(motifs).filter((name): name is Motif => name in motifs)
const colourNames = Object.keys(colours).filter((name): name is Colour => name in colours)

const parameters: fc.Arbitrary<PictureParameters> = fc.record({
  motif: fc.constantFrom(...motifNames),
  colour: fc.constantFrom(...colourNames),
  seed: fc.integer({ min: 0, max: 0xffffffff }).map((number) => number.toString(16).padStart(8, '0')),
  scene: fc.constantFrom(1 as const, 2 as const, 3 as const, 'wide' as const),
})

describe('the key of a picture', () => {
  it('holds all that the drawing needs', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        expect(parsePictureKey(pictureKey(given))).toEqual(given)
      }),
    )
  })

  it.each([
    '',
    'mug',
    'mug-sage',
    'mug-sage-3f2a',
    'mug-sage-3f2a-4',
    'mug-sage-xyzz-1',
    'mug-pink-3f2a-1',
    'robot-sage-3f2a-1',
    'constructor-sage-3f2a-1',
    'mug-toString-3f2a-1',
    'wide-mug-sage-3f2a-1',
    'mug-sage-3f2a-1.svg',
    '../mug-sage-3f2a-1',
    'mug-sage-3f2a-1\n',
  ])('is refused when it is %j', (key) => {
    expect(parsePictureKey(key)).toBeNull()
  })

  it('is refused without a throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parsePictureKey(`x${text}`)).toBeNull()
      }),
    )
  })
})

describe('a picture', () => {
  it('is small, whole and refers to nothing outside, for every motif, colour and scene', () => {
    for (const motif of motifNames) {
      for (const colour of colourNames) {
        for (const scene of [1, 2, 3, 'wide'] as const) {
          const svg = drawPicture({ motif, colour, seed: '3f2a9c01', scene })
          expect(svg.length, `${motif} ${colour} ${scene}`).toBeLessThan(12_000)
          expect(faultOf(svg), `${motif} ${colour} ${scene}`).toBeNull()
        }
      }
    }
  })

  it('is well formed for every seed', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        expect(faultOf(drawPicture(given))).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  it('is the same whenever it is drawn', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        expect(drawPicture(given)).toBe(drawPicture({ ...given }))
      }),
    )
  })

  it('says its label without letting it be more than text', () => {
    fc.assert(
      fc.property(fc.string(), parameters, (label, given) => {
        const svg = drawPicture(given, { label: `</title><script>alert("1" & '2')</script>${label}` })
        expect(svg).not.toContain('<script')
        expect(svg.match(/<title>/g)).toHaveLength(1)
      }),
    )
    expect(
      drawPicture({ motif: 'mug', colour: 'sage', seed: '3f2a', scene: 1 }, { label: 'Tea & co' }),
    ).toContain('<title>Tea &#38; co</title>')
  })

  it('has the size that its scene has', () => {
    const mug = { motif: 'mug', colour: 'sage', seed: '3f2a' } as const
    expect(drawPicture({ ...mug, scene: 1 })).toContain('viewBox="0 0 1200 1200"')
    expect(drawPicture({ ...mug, scene: 'wide' })).toContain('viewBox="0 0 1600 700"')
  })
})

describe('the pictures of the shop', () => {
  const shop = shopData()
  const products = [...shop.products()]
  const pictures = [
    ...products.flatMap(({ media, variants }) => [...media, ...variants.map((variant) => variant.picture)]),
    ...[...shop.collections()].map((collection) => collection.picture),
    ...[...shop.carousel()].map((slide) => slide.picture),
  ]

  it('all draw, in the size that the shop says', () => {
    for (const { key, width, height } of pictures) {
      const given = parsePictureKey(key)
      expect(given, key).not.toBeNull()
      if (given !== null) expect(drawPicture(given)).toContain(`viewBox="0 0 ${width} ${height}"`)
    }
  })

  it('differ from each other for all products, though they draw few kinds of things', () => {
    const drawn = products.flatMap(({ media }) => {
      const given = media[0] === undefined ? null : parsePictureKey(media[0].key)
      return given === null ? [] : [drawPicture(given, { label: '' })]
    })
    expect(drawn).toHaveLength(products.length)
    expect(new Set(drawn).size).toBe(products.length)
  })
})

/** What is wrong with an SVG of ours: tags that do not close, an attribute twice, a script, a link, NaN. */
function faultOf(svg: string): string | null {
  const bad = /<script|<foreignObject|\bon\w+=|href|url\(|<!|<\?|NaN|undefined|null/.exec(
    svg.replace(' xmlns="http://www.w3.org/2000/svg"', ''),
  )
  if (bad !== null) return `has ${bad[0]}`
  const open: string[] = []
  let rest = svg
  while (rest !== '') {
    const match = /^<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>|^[^<>]+/.exec(rest)
    if (match === null) return `does not parse at ${rest.slice(0, 60)}`
    const [all, closes, tag, attributes = '', empty] = match
    const names = [...attributes.matchAll(/ ([a-zA-Z-]+)=/g)].map(([, name]) => name)
    if (new Set(names).size < names.length) return `repeats an attribute in ${all}`
    if (tag !== undefined && closes === '/' && open.pop() !== tag) return `closes ${tag} too early`
    if (tag !== undefined && closes === '' && empty === '') open.push(tag)
    rest = rest.slice(all.length)
  }
  return open.length === 0 ? null : `leaves ${open.join(', ')} open`
}
