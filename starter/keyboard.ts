import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import { reason } from '../subgraphs/kit/database/errors.ts'
import type { Output } from './output.ts'
import type { Service } from './service.ts'

interface KeyboardOptions {
  /** In the order of their digits, from 1. */
  subgraphs: readonly Service[]
  output: Output
  quit: () => void
  /** Until then, the only keys are those that stop the shop. */
  isOpen: () => boolean
  input?: NodeJS.ReadStream
}

/** Changing the terminal from the background would stop the process: then there are no keys. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return true
  }
}

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/**
 * Keys that take a subgraph down, hang it and bring it back, so that what an outage costs can be seen.
 * @returns a function that gives the terminal back; null where there are no keys to be had
 */
export function listenToKeys({
  subgraphs,
  output,
  quit,
  isOpen,
  input = process.stdin,
}: KeyboardOptions): (() => void) | null {
  if (!input.isTTY || !output.interactive || !isInForeground()) return null
  const { say } = output
  /** Whether `h` was pressed, and the digit is awaited. */
  let hanging = false

  /** One key's work after the other's, however quickly they are pressed. */
  let turn = Promise.resolve()

  const choices = subgraphs.map(({ name }, index) => `${pc.bold(String(index + 1))} ${name}`).join('  ')
  const help = [
    `  ${choices}   takes it down, or brings it back`,
    `  ${pc.bold('h')} and a digit   hangs it, or lets it go on`,
    `  ${pc.bold('q')} or Ctrl-C   stops the shop`,
  ].join('\n')
  const others = (service: Service) =>
    list(
      subgraphs.filter((other) => other !== service && other.state() === 'ready').map(({ name }) => name),
    ) || 'nobody else'

  async function toggle(service: Service, digit: number) {
    if (service.state() === 'down' || service.state() === 'failed') {
      say(`${service.name} is being brought back …`)
      return service.bringUp()
    }
    await service.takeDown()
    say(
      `${service.name} is down: only its own fields are null now, and ${others(service)} answer as before. ${pc.bold(String(digit))} brings it back.`,
    )
  }

  function toggleHang(service: Service, digit: number) {
    if (service.state() === 'hung') {
      service.resume()
      return say(`${service.name} goes on where it stood, and its fields are back.`)
    }
    if (service.state() !== 'ready')
      return say(`${service.name} is ${service.state()}: it has to be ready to hang.`)
    service.hang()
    say(
      `${service.name} hangs, taking requests and answering none: its fields are given up after two seconds, and ${others(service)} answer as before. ${pc.bold(`h ${digit}`)} lets it go on.`,
    )
  }

  function press(key: string) {
    const digit = Number(key)
    const service = /^[1-9]$/.test(key) ? subgraphs[digit - 1] : undefined
    if (key === '\x03' || key === 'q') quit()
    else if (!isOpen()) say('The keys work as soon as the arcade is open.')
    else if (service && hanging) toggleHang(service, digit)
    else if (service) {
      turn = turn
        .then(() => toggle(service, digit))
        .catch((error: unknown) => say(`${service.name}: ${reason(error)}`))
    } else if (key === 'h' && !hanging) say(`Which one hangs, or goes on?  ${choices}`)
    else if (key === '?' || key === 'h') say(help)
    else if (key === '\r') say('')
    hanging = key === 'h' && !hanging
  }

  const onData = (text: string) => {
    // Keys that were pressed quickly come together; what begins with an escape is one key, as an arrow.
    if (text.startsWith('\x1b')) return
    for (const key of text) press(key)
  }
  input.setRawMode(true)
  input.setEncoding('utf8').on('data', onData)
  input.resume()

  return () => {
    input.off('data', onData)
    input.setRawMode(false)
    input.pause()
  }
}
