import { defineConfig } from 'prisma/config'

// `prisma generate` looks for its schema engine and would download it, but never runs it: any file that
// exists will do. Migrations are authored by `npm run db:migration`, which has an engine of its own.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({})
