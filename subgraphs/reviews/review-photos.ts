import { characters, readLine } from '../kit/text.ts'
import type { ReviewContent } from './mappers.ts'
import type { ReviewPhotoInput } from './schema.generated.ts'

const mostPhotos = 5
const longestUrl = 500
const longestAltText = 200

interface PhotoProblem {
  /** Where in the input, below `photos`. */
  at: string[]
  message: string
}

/** The address as it is kept; null unless it is plain https on one of `hosts`. */
function readPhotoUrl(text: string, hosts: readonly string[]): string | null {
  if (characters(text) > longestUrl) return null
  // Parsers leave out or turn round some of these, and read the rest: what is not plain is not an address that
  // anybody copied. Neither is a host in other letters, though it might read like a trusted one.
  if (!/^https:\/\/[a-z0-9.-]+\/[\x21-\x7e]*$/i.test(text) || /[\\#"'<>`{}|^]/.test(text)) return null
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === ''
  return isPlain && hosts.includes(url.hostname) && url.pathname !== '/' ? url.href : null
}

/** The photos as they are kept, or what is wrong with them. */
export function readPhotos(
  given: readonly ReviewPhotoInput[],
  hosts: readonly string[],
): { photos: ReviewContent['photos'] } | { problems: PhotoProblem[] } {
  if (given.length > mostPhotos) {
    return {
      problems: [{ at: [], message: `There are ${given.length} photos: a review takes ${mostPhotos}.` }],
    }
  }
  const problems: PhotoProblem[] = []
  const photos = given.map(({ url: address, altText: alternative }, index) => {
    const url = readPhotoUrl(address, hosts)
    const altText = alternative?.trim() ? readLine(alternative, longestAltText) : null
    const place = String(index)
    if (url === null) {
      const accepted =
        hosts.length === 0
          ? 'the shop takes no photos'
          : `give an address at https://${hosts.join('/… or https://')}/…`
      problems.push({ at: [place, 'url'], message: `This photo can't be shown: ${accepted}` })
    } else if (given.findIndex((other) => readPhotoUrl(other.url, hosts) === url) < index) {
      problems.push({ at: [place, 'url'], message: 'This photo is there twice: give each once.' })
    }
    if (alternative?.trim() && altText === null) {
      problems.push({
        at: [place, 'altText'],
        message: `Say what the photo shows in at most ${longestAltText} characters of plain text.`,
      })
    }
    return { url: url ?? '', altText }
  })
  return problems.length === 0 ? { photos } : { problems }
}
