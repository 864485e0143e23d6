/** Fills `{slots}` of a text. A slot without a value is a fault of the wording. */
export function fill(text: string, slots: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^}]+)\}/g, (slot, name: string) => {
    const value = slots[name]
    if (value === undefined) throw new RangeError(`Nothing is known for ${slot} in "${text}".`)
    return value
  })
}

export function withArticle(noun: string): string {
  if (isPlural(noun)) return noun
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Whether one speaks of it as "they": headphones, socks, shears. */
export function isPlural(noun: string): boolean {
  return /[^s]s$/.test(noun)
}

const verbs: Readonly<Record<string, string>> = {
  is: 'are',
  was: 'were',
  has: 'have',
  does: 'do',
  goes: 'go',
  dries: 'dry',
  carries: 'carry',
  washes: 'wash',
  presses: 'press',
  hisses: 'hiss',
}
const bare =
  'had|came|did|looked|arrived|stayed|survived|washed|lasted|will|can|could|should|really|lost|kept|needed|cost|smelled|went'

/** Turns a sentence about "it" into one about "them". */
export function inPlural(sentence: string): string {
  return sentence
    .replace(/\b([Ii])t (\w+)/g, (_phrase, initial: string, word: string) => {
      const they = initial === 'I' ? 'They' : 'they'
      if (verbs[word] !== undefined) return `${they} ${verbs[word]}`
      if (new RegExp(`^(?:${bare})$`).test(word)) return `${they} ${word}`
      if (word !== 'as' && /[a-z]{2,}[^s]s$/.test(word)) return `${they} ${word.slice(0, -1)}`
      return initial === 'I' ? `They ${word}` : `them ${word}`
    })
    .replace(/\bit\b/g, 'them')
    .replace(/\bits\b/g, 'their')
}
