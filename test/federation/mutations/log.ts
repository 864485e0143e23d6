/** What has been written, by whichever subgraph. */
export const log: string[] = []
