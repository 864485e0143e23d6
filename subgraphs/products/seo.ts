import type { Seo } from './schema.generated.ts'

/** About what a search engine shows of a title and of a description. */
const titleLength = 60
const descriptionLength = 155

/** A text of at most so many characters, cut between two words. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const room = text.slice(0, most)
  const end = room.lastIndexOf(' ')
  return `${(end > 0 ? room.slice(0, end) : room.slice(0, most - 1)).replace(/[\s,;:.–-]+$/, '')}…`
}

interface Described {
  title: string
  description: string
  brand?: string
}

/** What a page says of itself to search engines. */
export const seoOf = (path: string, { title, description, brand }: Described): Seo => {
  const named = brand === undefined ? title : `${title} | ${brand}`
  return {
    title: named.length <= titleLength ? named : cut(title, titleLength),
    description: cut(description, descriptionLength),
    canonicalPath: path,
  }
}
