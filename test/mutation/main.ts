import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ownFolder, removeFolder } from '../support/own-folder.ts'
import { type Mutant, mutantsOf } from './mutants.ts'
import { compared, rowOf, type Survivor, survivorOf, survivorsIn } from './survivors.ts'

/** `npm run mutation -- [PART_OF_PATH …]`: each mutant against the tests of its room; exit 1: one has no reason. */
const root = new URL('../../', import.meta.url).pathname
const document = 'docs/mutation.md'
const checks = ['test/unit/checks']
const tests: Readonly<Record<string, readonly string[]>> = {
  'src/checks/validity': checks,
  'src/checks/reading': checks,
  'src/checks/judge.ts': checks,
  'src/kit/ledger.ts': ['test/unit/kit', ...checks],
  'src/run/reconcile.ts': ['test/unit/run/reconcile.test.ts'],
  'src/run/closing.ts': ['test/unit/run/closing.test.ts', 'test/unit/run/closing-proof.test.ts'],
  'src/deploy/answering.ts': ['test/unit/deploy/answering.test.ts'],
  'src/cleanup/undo.ts': ['test/unit/cleanup/undo'],
}

const told = z.object({ noticed: z.array(z.number()), reached: z.array(z.number()), atLoad: z.array(z.number()) })
const say = (line: string) => void process.stdout.write(`${line}\n`)

const folder = ownFolder('badgateway-mutants-')
/** What the tests write to the temporary folder goes with ours, though they be killed. */
const temporary = join(folder, 'tmp')
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    ending.abort()
    removeFolder(folder)
    process.exit(128 + constants.signals[signal])
  })
}

try {
  await playAll(process.argv.slice(2))
} finally {
  removeFolder(folder)
}

async function playAll(asked: readonly string[]): Promise<void> {
  const all = Object.keys(tests).flatMap((place) => {
    return place.endsWith('.ts') ? [place] : readdirSync(join(root, place)).map((name) => `${place}/${name}`)
  })
  const played = all.filter((one) => asked.length === 0 || asked.some((part) => one.includes(part)))
  const reasons = survivorsIn(readFileSync(join(root, document), 'utf8'))
  let isExplained = played.length > 0
  for (const file of played) {
    const { share, alive } = await play(file)
    const { rows, stale, unexplained } = compared(alive, reasons, [file])
    for (const row of rows) say(rowOf(row))
    for (const row of stale) say(`  noticed by now, take it out of ${document}: ${rowOf(row)}`)
    say(`${share}: ${file}${unexplained.length > 0 ? `; ${unexplained.length} survived without a reason` : ''}`)
    isExplained &&= unexplained.length + stale.length === 0
  }
  process.exitCode = isExplained ? 0 : 1
}

async function play(file: string): Promise<{ share: string; alive: Survivor[] }> {
  const source = readFileSync(join(root, file), 'utf8')
  const mutants = mutantsOf(source)
  const [, own = []] = Object.entries(tests).find(([place]) => file.startsWith(place)) ?? []
  const alive = mutants.length === 0 ? [] : await survivors(file, source, mutants, own)
  const percent = mutants.length === 0 ? 100 : Math.round((100 * (mutants.length - alive.length)) / mutants.length)
  return {
    share: `${percent} % of ${mutants.length} mutants noticed`,
    alive: alive.map((mutant) => survivorOf(file, source, mutant, mutants)),
  }
}

/** Where nothing waits all mutants are in the source at once, and switched on one by one; else each is played anew. */
async function survivors(file: string, source: string, mutants: readonly Mutant[], own: readonly string[]) {
  const waits = /\bawait\b/.test(source)
  const { noticed, atLoad } = waits ? await untouched(file, own) : await switched(file, own)
  const alive: Mutant[] = []
  for (const [id, mutant] of mutants.entries()) {
    if (noticed.has(id)) continue
    // What is done while a source is read was over before a test could switch it on.
    const isAnew = waits || atLoad.has(id)
    const { start, end, text } = mutant
    if (!isAnew || (await vitest(own, { MUTANT: JSON.stringify({ file, start, end, text }) })) === 0) alive.push(mutant)
  }
  return alive
}

interface Noticed {
  readonly noticed: ReadonlySet<number>
  readonly atLoad: ReadonlySet<number>
}

async function untouched(file: string, own: readonly string[]): Promise<Noticed> {
  if ((await vitest(own, {})) !== 0) throw new Error(`The tests of ${file} fail without any mutant`)
  return { noticed: new Set(), atLoad: new Set() }
}

async function switched(file: string, own: readonly string[]): Promise<Noticed> {
  const to = join(folder, 'told.json')
  rmSync(to, { force: true })
  const code = await vitest(own, { SWITCHES: file, MUTANTS_TO: to })
  if (code !== 0 || !existsSync(to)) throw new Error(`The tests of ${file} fail without any mutant`)
  const { noticed, reached, atLoad } = told.parse(JSON.parse(readFileSync(to, 'utf8')))
  return { noticed: new Set(noticed), atLoad: new Set(atLoad.filter((id) => !reached.includes(id))) }
}

/** The exit code of the tests; null: they were ended, because they took too long. */
async function vitest(own: readonly string[], env: Record<string, string>): Promise<number | null> {
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary)
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts', ...own]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary, ...env },
    timeout: 600_000,
    killSignal: 'SIGKILL',
    signal: ending.signal,
    stdio: process.env['MUTATION_SAYS'] ? 'inherit' : 'ignore',
  })
  return await new Promise((ended, failed) => child.once('exit', ended).once('error', failed))
}
