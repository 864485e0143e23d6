import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { runCommand } from './command-line.ts'
import type { schemaCheck } from './schema-check.ts'

/** A folder with these files, by path and text, that is gone when the test is over. Gives `path in folder`. */
export function makeFolder(files: Record<string, string>): (file: string) => string {
  const folder = mkdtempSync(path.join(tmpdir(), 'arcade-checks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  return (file) => path.join(folder, file)
}

/** Runs a command as its npm script would; gives its exit code and what it printed. */
export function run(command: typeof schemaCheck, argv: readonly string[]) {
  const output: string[] = []
  const errors: string[] = []
  const exitCode = runCommand(command, {
    argv,
    print: (text) => output.push(text),
    printError: (text) => errors.push(text),
  })
  return { exitCode, output: output.join('\n'), errors: errors.join('\n') }
}
