import { runCommandAsync } from '../checks/command-line.ts'
import { schemaCheck } from '../checks/schema-check.ts'

process.exitCode = await runCommandAsync(schemaCheck, {
  argv: process.argv.slice(2),
  print: console.log,
  printError: console.error,
})
