import type { SupergraphSource } from '../supergraph-facts.ts'
import { cinema } from './cinema.ts'
import { library } from './library.ts'
import { magazine } from './magazine.ts'
import { museum } from './museum.ts'
import { music } from './music.ts'
import { retail } from './retail.ts'

/** Each of them is about some features of Federation; what they are is said where they stand. */
export const writtenSupergraphs: readonly SupergraphSource[] = [
  ...[retail, library, cinema, museum, magazine, music],
]
