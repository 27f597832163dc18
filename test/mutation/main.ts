import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutantsOf } from './mutants.ts'

/** `npm run mutation -- [FILE …]`: each mutant against the tests of its room; survivors are named, exit 1 when any. */
const root = new URL('../../', import.meta.url).pathname
const checks = ['test/unit/checks']
const tests: Readonly<Record<string, readonly string[]>> = {
  'src/checks/validity': checks,
  'src/checks/reading': checks,
  'src/checks/judge.ts': checks,
  'src/kit/ledger.ts': ['test/unit/kit', ...checks],
  'src/run/reconcile.ts': ['test/unit/run/reconcile.test.ts'],
  'src/run/closing.ts': ['test/unit/run/closing.test.ts', 'test/unit/run/closing-proof.test.ts'],
  'src/stack/undo.ts': ['test/unit/stack'],
}

const asked = process.argv.slice(2)
const all = Object.keys(tests).flatMap((place) => {
  return place.endsWith('.ts') ? [place] : readdirSync(join(root, place)).map((name) => `${place}/${name}`)
})
let survived = 0
for (const file of all.filter((one) => asked.length === 0 || asked.some((part) => one.includes(part)))) {
  const source = readFileSync(join(root, file), 'utf8')
  const mutants = mutantsOf(source)
  const [, own = []] = Object.entries(tests).find(([place]) => file.startsWith(place)) ?? []
  const alive = mutants.filter((mutant) => isAlive(file, mutant, own))
  for (const { line, start, end, text } of alive) {
    process.stdout.write(`  survived ${file}:${line} '${source.slice(start, end)}' → '${text}'\n`)
  }
  survived += alive.length
  const share = mutants.length === 0 ? 100 : Math.round((100 * (mutants.length - alive.length)) / mutants.length)
  process.stdout.write(`${share} % of ${mutants.length} mutants noticed: ${file}\n`)
}
process.exitCode = survived > 0 ? 1 : 0

function isAlive(
  file: string,
  { start, end, text }: { start: number; end: number; text: string },
  own: readonly string[],
) {
  const env = { ...process.env, MUTANT: JSON.stringify({ file, start, end, text }) }
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts', ...own]
  return spawnSync(process.execPath, args, { cwd: root, env, stdio: 'ignore', timeout: 300_000 }).status === 0
}
