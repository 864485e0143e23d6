import { runCommand } from '../checks/command-line.ts'
import { schemaCompose } from '../checks/compose/schema-compose.ts'

process.exitCode = runCommand(schemaCompose, {
  argv: process.argv.slice(2),
  print: console.log,
  printError: console.error,
})
