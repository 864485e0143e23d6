import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import picocolors from 'picocolors'
import { checkImports } from '../checks/imports/check-imports.ts'

/** Runs a tool that prints for itself. */
async function run(program: string, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [`node_modules/${program}`, ...args], { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code === 0
}

async function lintImports(): Promise<boolean> {
  const { refused, moduleCount } = await checkImports({
    folder: process.cwd(),
    rules: path.resolve('.dependency-cruiser.cjs'),
  })
  for (const { rule, comment, from, to, circle } of refused) {
    console.error(`${picocolors.bold(from)}  ${picocolors.red('error')}  ${picocolors.dim(rule)}`)
    console.error(`  imports ${circle.length > 0 ? circle.join(' → ') : to}\n  ${comment}\n`)
  }
  console.log(`${moduleCount} modules, ${refused.length} imports refused`)
  return refused.length === 0
}

const parts = {
  'format and lint': () => run('@biomejs/biome/bin/biome', 'check', '.'),
  types: () => run('typescript/bin/tsc', '--noEmit'),
  imports: lintImports,
  'unused code': () => run('knip/bin/knip.js'),
}

// One after the other, so that each tool's output stays together, and all of them, so that one run tells all.
const failed: string[] = []
for (const [name, check] of Object.entries(parts)) {
  console.log(picocolors.bold(`\n${name}`))
  if (!(await check())) failed.push(name)
}
console.log(
  failed.length === 0 ? picocolors.green('\nFine.') : picocolors.red(`\nRefused: ${failed.join(', ')}.`),
)
process.exitCode = failed.length === 0 ? 0 : 1
