import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { rgbaToThumbHash } from 'thumbhash'
import { drawPicture } from '../../subgraphs/products/pictures/draw.ts'
import { parsePictureKey } from '../../subgraphs/products/pictures/key.ts'

/** A blur has no more in it than this. */
const widthPixels = 16

let ready: Promise<unknown> | null = null
const made = new Map<string, string | null>()

/** Makes blurred miniatures of the shop's own drawings: a ThumbHash in base64; null for what is none of them. */
export async function placeholders(keys: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  ready ??= initWasm(readFileSync(wasm))
  await ready
  for (const key of keys) if (!made.has(key)) made.set(key, placeholderOf(key))
  return made
}

function placeholderOf(key: string): string | null {
  const parameters = parsePictureKey(key)
  if (parameters === null) return null
  const drawing = new Resvg(drawPicture(parameters), {
    fitTo: { mode: 'width', value: widthPixels },
    font: { loadSystemFonts: false },
  })
  const image = drawing.render()
  const hash = rgbaToThumbHash(image.width, image.height, image.pixels)
  image.free()
  drawing.free()
  return Buffer.from(hash).toString('base64')
}
