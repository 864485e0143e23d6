import type { Output } from './output.ts'

/** What is quicker needs no word. */
const quietMs = 1_000
const lineEveryMs = 3_000

interface Phase {
  /** What is being done, as `filling`. */
  doing: string
  /** How far that is, as `40 %`. */
  detail: string
}

/** `starting gateway, cart; filling products 40 %` */
function describe(phases: ReadonlyMap<string, Phase>): string {
  const byDoing = new Map<string, string[]>()
  for (const [name, { doing, detail }] of phases) {
    byDoing.set(doing, [...(byDoing.get(doing) ?? []), detail === '' ? name : `${name} ${detail}`])
  }
  return [...byDoing].map(([doing, names]) => `${doing} ${names.join(', ')}`).join('; ')
}

/** Tells what is being waited for, once that has taken longer than a second: in place, or as lines in a log. */
export function showProgress(output: Output) {
  const startedAt = Date.now()
  const phases = new Map<string, Phase>()
  let lastLine = { text: '', at: 0 }

  function show() {
    const elapsedMs = Date.now() - startedAt
    if (elapsedMs < quietMs) return
    const text = describe(phases)
    const line = text === '' ? '' : `${Math.floor(elapsedMs / 1000)} s: ${text}`
    if (output.interactive) output.setStatus(line)
    else if (line !== '' && text !== lastLine.text && Date.now() - lastLine.at > lineEveryMs) {
      output.say(line)
      lastLine = { text, at: Date.now() }
    }
  }

  const timer = setInterval(show, 250)
  return {
    /** What is being done to somebody; null when that is done. */
    set(name: string, doing: string | null, detail = '') {
      if (doing === null) phases.delete(name)
      else phases.set(name, { doing, detail })
    },
    elapsedMs: () => Date.now() - startedAt,
    end() {
      clearInterval(timer)
      output.setStatus('')
    },
  }
}

export type Progress = ReturnType<typeof showProgress>
