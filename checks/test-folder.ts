import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type CommandLine, runCommand, runCommandAsync } from './command-line.ts'
import type { ExitCode } from './exit-codes.ts'

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
export function run(command: (commandLine: CommandLine) => ExitCode, argv: readonly string[]) {
  const { commandLine, printed } = createCommandLine(argv)
  return { exitCode: runCommand(command, commandLine), ...printed() }
}

/** The same for a command that waits for something. */
export async function runAsync(
  command: (commandLine: CommandLine) => Promise<ExitCode>,
  argv: readonly string[],
) {
  const { commandLine, printed } = createCommandLine(argv)
  return { exitCode: await runCommandAsync(command, commandLine), ...printed() }
}

function createCommandLine(argv: readonly string[]) {
  const output: string[] = []
  const errors: string[] = []
  const commandLine: CommandLine = {
    argv,
    print: (text) => output.push(text),
    printError: (text) => errors.push(text),
  }
  return { commandLine, printed: () => ({ output: output.join('\n'), errors: errors.join('\n') }) }
}
