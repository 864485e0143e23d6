import { runCommand } from '../checks/command-line.ts'
import { schemaCheck } from '../checks/schema-check.ts'

process.exitCode = runCommand(schemaCheck, {
  argv: process.argv.slice(2),
  print: console.log,
  printError: console.error,
})
