import path from 'node:path'
import { pathToFileURL } from 'node:url'

// What `npm start` runs each of its processes through. Its channel to the starter breaks when the starter is
// killed, so that no process outlives it.
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), 5_000).unref()
  process.kill(process.pid, 'SIGTERM')
})

const [, , file = '', ...args] = process.argv
process.argv.splice(1, Number.POSITIVE_INFINITY, path.resolve(file), ...args)
await import(pathToFileURL(path.resolve(file)).href)
