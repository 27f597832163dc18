import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type Mutant, mutantsOf } from './mutants.ts'

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
  'src/cleanup/undo.ts': ['test/unit/cleanup/undo'],
}

const told = z.object({ noticed: z.array(z.number()), reached: z.array(z.number()), atLoad: z.array(z.number()) })

const asked = process.argv.slice(2)
const all = Object.keys(tests).flatMap((place) => {
  return place.endsWith('.ts') ? [place] : readdirSync(join(root, place)).map((name) => `${place}/${name}`)
})
let survived = 0
for (const file of all.filter((one) => asked.length === 0 || asked.some((part) => one.includes(part)))) {
  const source = readFileSync(join(root, file), 'utf8')
  const mutants = mutantsOf(source)
  const [, own = []] = Object.entries(tests).find(([place]) => file.startsWith(place)) ?? []
  const alive = survivors(file, source, mutants, own)
  for (const { line, start, end, text } of alive) {
    process.stdout.write(`  survived ${file}:${line} '${source.slice(start, end)}' → '${text}'\n`)
  }
  survived += alive.length
  const share = mutants.length === 0 ? 100 : Math.round((100 * (mutants.length - alive.length)) / mutants.length)
  process.stdout.write(`${share} % of ${mutants.length} mutants noticed: ${file}\n`)
}
process.exitCode = survived > 0 ? 1 : 0

/** Where nothing waits all mutants are in the source at once, and switched on one by one; else each is played anew. */
function survivors(file: string, source: string, mutants: readonly Mutant[], own: readonly string[]): Mutant[] {
  const isAlive = (mutant: Mutant) => {
    const { start, end, text } = mutant
    return vitest(own, { MUTANT: JSON.stringify({ file, start, end, text }) }) === 0
  }
  if (mutants.length === 0) return []
  if (/\bawait\b/.test(source)) return mutants.filter(isAlive)
  const { noticed, atLoad } = switched(file, own)
  // What is done while a source is read was over before a test could switch it on.
  return mutants.filter((mutant, id) => !noticed.has(id) && !(atLoad.has(id) && !isAlive(mutant)))
}

function switched(file: string, own: readonly string[]): { noticed: Set<number>; atLoad: Set<number> } {
  const folder = mkdtempSync(join(tmpdir(), 'badgateway-mutants-'))
  try {
    const to = join(folder, 'told.json')
    const code = vitest(own, { SWITCHES: file, MUTANTS_TO: to })
    if (code !== 0 || !existsSync(to)) throw new Error(`The tests of ${file} fail without any mutant`)
    const { noticed, reached, atLoad } = told.parse(JSON.parse(readFileSync(to, 'utf8')))
    return { noticed: new Set(noticed), atLoad: new Set(atLoad.filter((id) => !reached.includes(id))) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function vitest(own: readonly string[], env: Record<string, string>): number | null {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts', ...own]
  const options = { cwd: root, env: { ...process.env, ...env }, timeout: 600_000 }
  return spawnSync(process.execPath, args, { ...options, stdio: process.env['MUTATION_SAYS'] ? 'inherit' : 'ignore' })
    .status
}
