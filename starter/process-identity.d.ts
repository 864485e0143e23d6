export interface ProcessIdentity {
  pid: number
  identity: string | null
}

export function processIdentity(pid: number): string | null
export function isAlive(process: ProcessIdentity): boolean
