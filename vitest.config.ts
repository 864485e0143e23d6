import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As Node resolves it. Vite would take `index.mjs`, another copy than Apollo Server has, and an error of the
  // one is no instance of the other's class.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.build', '.data'],
    globalSetup: ['test/set-up/global.ts'],
    // One core fewer is Vitest's own choice, which is one of two where most of the time is waiting for others.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    // What is said is compared as text; with CI set, colours are on where nobody sees them.
    env: { NO_COLOR: '1' },
  },
})
