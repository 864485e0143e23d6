import path from 'node:path'
import { pathToFileURL } from 'node:url'

// Runs one subgraph's seed in a process of its own. Without its starter it has nothing left to do.
process.once('disconnect', () => process.exit(1))

const [, , file = '', scale = '1'] = process.argv
const { seed } = await import(pathToFileURL(path.resolve(file)).href)
await seed({
  url: process.env.DATABASE_URL,
  scale: Number(scale),
  onProgress: (done: number, total: number) => process.send?.({ done, total }),
})
process.exit(0)
