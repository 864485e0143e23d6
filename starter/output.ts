import pc from 'picocolors'

type Colour = (text: string) => string

/** One for each process, in the order in which they are named. */
const colours: readonly Colour[] = [pc.cyan, pc.magenta, pc.green, pc.yellow, pc.blue, pc.red]

/** In characters; what never ends a line is printed in pieces, and not kept until memory runs out. */
const longestLine = 65_536

export type Output = ReturnType<typeof createOutput>

/**
 * Everything that `npm start` prints: its own lines, those of its processes with their names before them, and in
 * a terminal a last line that changes in place.
 */
export function createOutput({
  names,
  stream = process.stdout,
}: {
  names: readonly string[]
  stream?: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
}) {
  const width = Math.max(...names.map((name) => name.length))
  const interactive = stream.isTTY === true
  let status = ''

  const clearStatus = () => (status === '' ? '' : '\r\x1b[2K')
  function print(line: string): void {
    stream.write(`${clearStatus()}${line}\n${status}`)
  }

  return {
    interactive,
    /** A line of the starter's own. */
    say: print,
    /** The line that stays below all others; empty to have none. Only for a terminal. */
    setStatus(text: string) {
      if (!interactive) return
      // A line that wraps could not be taken away again.
      const shown = text === '' ? '' : pc.dim(text.slice(0, (stream.columns ?? 80) - 1))
      if (shown === status) return
      stream.write(`${clearStatus()}${shown}`)
      status = shown
    },
    /** Takes one stream of a process's output as it comes, and prints its whole lines. */
    linesFrom(name: string) {
      const colour = colours[names.indexOf(name) % colours.length] ?? String
      const prefix = `${colour(name.padEnd(width))} ${pc.dim('│')} `
      let rest = ''
      return {
        write(text: string) {
          const lines = (rest + text).split(/\r?\n/)
          rest = lines.pop() ?? ''
          for (const line of lines) print(prefix + line)
          while (rest.length > longestLine) {
            print(prefix + rest.slice(0, longestLine))
            rest = rest.slice(longestLine)
          }
        },
        end() {
          if (rest !== '') print(prefix + rest)
          rest = ''
        },
      }
    },
  }
}
