import { readFileSync } from 'node:fs'
import type { ReviewContent } from './mappers.ts'
import type { ReviewFilter } from './review-filter.ts'
import type { ReviewHoldReason } from './schema.generated.ts'

// Letters that look like Latin ones: https://www.unicode.org/reports/tr39/#Confusable_Detection, those that are in use.
const lookAlikes = new Map(
  Object.entries({
    a: 'аαɑ@4',
    b: 'вβьß8',
    c: 'сϲ¢',
    d: 'ԁ',
    e: 'еεє3€',
    g: 'ɡ9',
    h: 'һн',
    i: 'іιıɪ1!|',
    j: 'ј',
    k: 'кκ',
    m: 'м',
    n: 'ոη',
    o: 'оοσ0ø',
    p: 'рρ',
    r: 'г',
    s: 'ѕ5$',
    t: 'тτ7+',
    u: 'υսμ',
    v: 'ν',
    w: 'ѡω',
    x: 'хχ×',
    y: 'уүγ',
    z: 'ᴢ2',
  }).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
)

const invisible = /\p{Default_Ignorable_Code_Point}/gu
const marks = /\p{Mark}/gu

/** The text without what makes one writing of a word differ from another: case, accents, widths, what is not seen. */
const plain = (text: string): string =>
  text.normalize('NFKD').replace(invisible, '').replace(marks, '').toLowerCase()

const hasLetter = /\p{Letter}/u

/** Look-alikes as the letters that they stand for. A number stays one: `455` insults nobody. */
const unmasked = (chunk: string): string =>
  hasLetter.test(chunk) ? [...chunk].map((sign) => lookAlikes.get(sign) ?? sign).join('') : chunk

/** Of what is spelled out, so many letters are looked at at a time: it may go on for a whole review. */
const longestSpelled = 24

/** The words that may be meant: each chunk between blanks as one word and in its parts, and what is spelled out. */
function* wordsOf(text: string): Generator<string> {
  let spelled = ''
  for (const chunk of plain(text).split(/\s+/)) {
    // `great!` is no `greati`, and `(wow)` no word with brackets: signs around a word are not of it.
    const inner = chunk.replace(/^[^\p{Letter}\p{Number}@$€¢*#]+|[^\p{Letter}\p{Number}@$€¢*#]+$/gu, '')
    const letters = unmasked(inner).replace(/[^\p{Letter}*#]/gu, '')
    yield letters
    for (const part of inner.split(/[^\p{Letter}\p{Number}@$€¢*#!|]+/u)) yield unmasked(part)
    spelled = [...letters].length === 1 ? `${spelled}${letters}`.slice(-longestSpelled) : ''
    // Where it is spelled out nobody sees where a word begins: any of its ends may be one.
    for (let from = 0; from < spelled.length - 2; from++) yield spelled.slice(from)
  }
}

/** A held word however its letters are drawn out: `shit` is `shiiit`, and `ass` is not `as`. */
const drawnOut = (word: string): string =>
  [...word.matchAll(/(.)\1*/gu)].map(([run, letter = '']) => `${letter}{${run.length},}`).join('')

/** Whether `word`, in which stars hide letters, may be one of the held. */
const mayBe = (word: string, held: readonly string[]): boolean => {
  if (!/^\p{Letter}.*\p{Letter}/u.test(word) || !/^[\p{Letter}*#]+$/u.test(word)) return false
  const pattern = new RegExp(`^${word.replace(/[*#]/g, '.')}$`, 'u')
  return held.some((candidate) => pattern.test(candidate))
}

/** The words of a file with one on each line, where `#` begins a remark. */
const readHeldWords = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')

// Those that end no English sentence: `warm.Top quality` is a blank left out.
const topLevels = 'com|net|org|info|biz|shop|xyz|io|ru|cn|de|eu|uk|fr|nl'
// What is repeated has a bound everywhere, so that no text takes long.
const links = [
  /\bh(?:tt|xx)ps?\s{0,3}:/u,
  /\bwww\s{0,3}[.,]\s{0,3}\w/u,
  new RegExp(`[\\w-]{2,63}\\.(?:${topLevels})\\b`, 'u'),
  /[\w-]{2,63}\.[a-z]{2,20}\/\w/u,
  new RegExp(`\\w\\s{0,3}[([{]?\\s{0,3}\\bdot\\b\\s{0,3}[)\\]}]?\\s{0,3}(?:${topLevels})\\b`, 'u'),
]
const eMail =
  /[\w.+-]{1,64}\s{0,3}(?:@|[([{]\s{0,3}at\s{0,3}[)\]}])\s{0,3}[\w-]{1,63}\s{0,3}(?:\.|[([{]\s{0,3}dot\s{0,3}[)\]}])\s{0,3}\w{2,}/u
const allEMails = new RegExp(eMail, 'gu')
// Nine digits and more, as they are dialled: with blanks, dots, dashes, brackets between them.
const telephone = /\d(?:[\s().-]{0,2}\d){8}/u

/** Holds what has a held word, a link, an e-mail address or a telephone number, and publishes all else. */
export function wordAndLinkFilter(heldWords: readonly string[]): ReviewFilter {
  const held = new RegExp(`^(?:${heldWords.map(drawnOut).join('|')})$`, 'u')
  const isHeld = (word: string) =>
    heldWords.length > 0 && (held.test(word) || (/[*#]/.test(word) && mayBe(word, heldWords)))

  return (content) => {
    const texts = textsOf(content)
    const plainTexts = texts.map(plain)
    const found: Record<'WORDS' | 'LINKS' | 'CONTACT_DETAILS', boolean> = {
      WORDS: texts.some((text) => [...wordsOf(text)].some(isHeld)),
      LINKS: plainTexts.some((text) => links.some((link) => link.test(text.replace(allEMails, ' ')))),
      CONTACT_DETAILS: plainTexts.some((text) => eMail.test(text) || telephone.test(text)),
    }
    const reasons = (['WORDS', 'LINKS', 'CONTACT_DETAILS'] satisfies ReviewHoldReason[]).filter(
      (reason) => found[reason],
    )
    return reasons.length === 0 ? { decision: 'publish' } : { decision: 'hold', reasons }
  }
}

const textsOf = ({ authorName, title, body, photos }: ReviewContent): string[] => [
  authorName,
  title,
  body,
  ...photos.flatMap(({ altText }) => altText ?? []),
]

/** The shop's own filter. */
export const shopFilter = wordAndLinkFilter(
  readHeldWords(readFileSync('subgraphs/reviews/held-words.txt', 'utf8')),
)
