import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { InputError } from './finding.ts'

/** What a command is given, and where it says what it has to say. */
export interface CommandLine {
  argv: readonly string[]
  print: (text: string) => void
  printError: (text: string) => void
}

/** @throws InputError that names an option that is not known, and those that are. */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  { argv }: CommandLine,
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const known = Object.keys(options).map((name) => `--${name}`)
    const [reason = ''] = error.message.split('. ')
    throw new InputError(`${reason}. Options: ${known.join(', ')}.`)
  }
}

/** Runs a command. What it could not read is told in a line, with exit code 3, and never with a stack. */
export function runCommand(
  command: (commandLine: CommandLine) => ExitCode,
  commandLine: CommandLine,
): ExitCode {
  try {
    return command(commandLine)
  } catch (error) {
    return couldNotRun(error, commandLine)
  }
}

/** The same for a command that waits for something. */
export async function runCommandAsync(
  command: (commandLine: CommandLine) => Promise<ExitCode>,
  commandLine: CommandLine,
): Promise<ExitCode> {
  try {
    return await command(commandLine)
  } catch (error) {
    return couldNotRun(error, commandLine)
  }
}

function couldNotRun(error: unknown, { printError }: CommandLine): ExitCode {
  if (!(error instanceof InputError)) throw error
  printError(error.message)
  return exitCodes.couldNotRun
}
