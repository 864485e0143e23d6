import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'

interface WatchOptions {
  file: string
  pollMs: number
  /** Called with the text whenever it has become another one, and never twice at once. */
  onChange: (text: string) => void | Promise<void>
  /** The text that is known already. */
  known: string
}

export interface FileWatch {
  stop(): void
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** What changes when a file is written or replaced; null when there is none. */
async function stampOf(file: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino } = await stat(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return null
  }
}

/**
 * Watches a file by looking at it: what file systems notify of misses files that are replaced behind a symbolic
 * link, which is how Kubernetes mounts a ConfigMap. A change is reported once it has held still for one look,
 * so that a file is not read while it is being written. A file that is gone is waited for.
 */
export function watchFile({ file, pollMs, onChange, known }: WatchOptions): FileWatch {
  let reported: string | null = null
  let last: string | null = null
  let knownDigest = digest(known)
  let stopped = false
  let timer = setTimeout(look, pollMs)

  async function look() {
    const stamp = await stampOf(file)
    if (stamp !== null && stamp === last && stamp !== reported) {
      const text = await readFile(file, 'utf8').catch(() => null)
      reported = text === null ? null : stamp
      if (text !== null && digest(text) !== knownDigest && !stopped) {
        knownDigest = digest(text)
        await onChange(text)
      }
    }
    last = stamp
    if (!stopped) timer = setTimeout(look, pollMs).unref()
  }

  timer.unref()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
