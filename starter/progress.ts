import type { Output } from './output.ts'

/** What is quicker needs no word. */
const quietMs = 1_000
const lineEveryMs = 3_000

/** Tells what is being waited for, once that has taken longer than a second: in place, or as lines in a log. */
export function showProgress(output: Output) {
  const startedAt = Date.now()
  const phases = new Map<string, string>()
  let lastLine = { text: '', at: 0 }

  function show() {
    const elapsedMs = Date.now() - startedAt
    if (elapsedMs < quietMs) return
    const text = [...phases].map(([name, phase]) => `${name} ${phase}`).join(', ')
    if (output.interactive) {
      output.setStatus(text === '' ? '' : `${Math.floor(elapsedMs / 1000)} s: ${text}`)
    } else if (text !== '' && text !== lastLine.text && Date.now() - lastLine.at > lineEveryMs) {
      output.say(`${Math.floor(elapsedMs / 1000)} s: ${text}`)
      lastLine = { text, at: Date.now() }
    }
  }

  const timer = setInterval(show, 250)
  return {
    /** What somebody is doing; null when that is done. */
    set(name: string, phase: string | null) {
      if (phase === null) phases.delete(name)
      else phases.set(name, phase)
    },
    elapsedMs: () => Date.now() - startedAt,
    end() {
      clearInterval(timer)
      output.setStatus('')
    },
  }
}

export type Progress = ReturnType<typeof showProgress>
