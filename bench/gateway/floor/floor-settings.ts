import type { RecordedRequest } from '../../subgraphs/measured.ts'

export const floorKinds = ['parse', 'pass', 'apollo'] as const
export type FloorKind = (typeof floorKinds)[number]

/** What a floor repeats: one request of a client, as our gateway answers it. */
export interface Recording {
  /** Whose request it was: what stands for the caller in all texts. */
  token: string
  requests: RecordedRequest[]
  answer: string
}
