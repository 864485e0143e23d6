import { runCommand } from '../checks/command-line.ts'
import { blastRadius } from '../checks/radius/blast-radius.ts'

process.exitCode = runCommand(blastRadius, {
  argv: process.argv.slice(2),
  print: console.log,
  printError: console.error,
})
