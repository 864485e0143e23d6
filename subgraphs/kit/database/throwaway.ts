import { chmod, lstat, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { forgetEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { processRuns } from './postmaster-lock.ts'

const prefix = 'arcade-throwaway-'

/** A server for tests and for trying out migrations: `remove()` stops it and leaves nothing behind. */
export async function startThrowawayPostgres({ maxConnections }: { maxConnections?: number } = {}) {
  await sweep()
  const directory = await mkdtemp(path.join(tmpdir(), `${prefix}${process.pid}-`))
  await chmod(directory, 0o711) // root's server runs as another user, who has to come through
  const server = await startEmbeddedPostgres({ directory, durable: false, maxConnections })
  return {
    url: server.url,
    async remove() {
      await server.stop()
      await forgetEmbeddedPostgres({ directory })
    },
  }
}

/** Ends the servers of processes that were killed before they could do it. */
async function sweep() {
  for (const name of await readdir(tmpdir())) {
    const maker = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    if (Number.isNaN(maker) || processRuns(maker)) continue
    const directory = path.join(tmpdir(), name)
    try {
      if ((await lstat(directory)).uid !== process.geteuid?.()) continue
      const left = await startEmbeddedPostgres({ directory, durable: false })
      await left.stop()
      await forgetEmbeddedPostgres({ directory })
    } catch {
      // Another process may be sweeping the same one; what stays harms nobody.
    }
  }
}
