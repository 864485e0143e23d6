import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface Stat {
  parent: number
  /** Of all its threads. */
  cpuSeconds: number
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name, which may hold blanks and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return {
      parent: Number(fields[1]),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    }
  } catch {
    return null
  }
}

/** A process and those that it has started. */
function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc').flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : null
    return stat ? [{ pid: Number(entry), parent: stat.parent }] : []
  })
  const family = [pid]
  for (const member of family) {
    family.push(...parents.filter(({ parent }) => parent === member).map((child) => child.pid))
  }
  return family
}

function peakMegabytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) / 1024
}

/** What a process and those that it has started hold now. */
export const residentMegabytes = (pid: number): number =>
  familyOf(pid).reduce((sum, member) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1]
    return sum + Number(kilobytes ?? 0) / 1024
  }, 0)

export interface Usage {
  cpuSeconds: number
  peakMegabytes: number
}

/** What a process and those that it has started have taken so far, their threads included. */
export function usageOf(pid: number): Usage {
  const family = familyOf(pid)
  return {
    cpuSeconds: family.reduce((sum, member) => sum + (readStat(member)?.cpuSeconds ?? 0), 0),
    peakMegabytes: family.reduce((sum, member) => sum + peakMegabytes(member), 0),
  }
}

const isNode = (pid: number) =>
  existsSync(`/proc/${pid}`) && readlinkSync(`/proc/${pid}/exe`) === process.execPath

/** The flags that Node was given: on its command line, and in NODE_OPTIONS. */
export function nodeFlagsOf(pid: number): string[] {
  const last = familyOf(pid).findLast(isNode) ?? pid
  const [, ...words] = readFileSync(`/proc/${last}/cmdline`, 'utf8').split('\0')
  const firstOther = words.findIndex((word) => !word.startsWith('-'))
  const environment = readFileSync(`/proc/${last}/environ`, 'utf8').split('\0')
  const options = environment
    .find((entry) => entry.startsWith('NODE_OPTIONS='))
    ?.slice('NODE_OPTIONS='.length)
  return [...words.slice(0, firstOther), ...(options?.split(' ').filter(Boolean) ?? [])]
}
