import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connectEngine } from '../src/engine/index.ts'
import { findGroup } from '../src/scenario/index.ts'
import { besideBusyLoops } from './support/busy-loops.ts'
import { KeptResults } from './support/kept-results.ts'
import { onOneCore } from './support/one-core.ts'
import { planted } from './support/planted.ts'

/**
 * Are verdicts the same on a machine that is quiet, busy, or small? Every scenario as it happened must not fail on any
 * of them, and with a real defect planted it must fail on the first two. What was played is kept in `runs/sturdiness`,
 * and not played again: `--anew` forgets it.
 *
 *   npm run sturdiness -- --machine a --machine b --only misconfigured-upstream --time-scale 400ms
 */
const root = join(import.meta.dirname, '..')
const machines = { a: 'alone', b: 'beside two busy loops', c: 'on one core' } as const
type MachineName = keyof typeof machines

const { values } = parseArgs({
  options: {
    machine: { type: 'string', multiple: true, default: Object.keys(machines) },
    only: { type: 'string', multiple: true, default: [] },
    'time-scale': { type: 'string', default: '1s' },
    /** Where other stacks are at work, their engine is left alone. */
    'without-engine': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'runs', 'sturdiness') },
    anew: { type: 'boolean', default: false },
  },
})

interface Case {
  name: string
  /** True: a real defect is in it. */
  defect: boolean
  argv(folder: string): string[]
}

interface Result {
  /** Each time it was played, in order: a second time only when nothing could be said after the first. */
  played: { status: string; exitCode: number; tookS: number; folder: string }[]
}

const statusOf = { 0: 'pass', 1: 'fail', 2: 'inconclusive', 3: 'inconclusive', 4: 'unclean' } as const
const isKnown = (code: number): code is keyof typeof statusOf => code in statusOf

/** One run in a process of its own, as a user would start it; `held` is told its process id as soon as it has one. */
async function playOnce(one: Case, out: string, held: (pid: number) => void): Promise<Result['played'][number]> {
  mkdirSync(out, { recursive: true })
  const folder = mkdtempSync(join(out, `${one.name}-`))
  const argv = ['run', ...one.argv(folder), '--time-scale', values['time-scale'], '--quiet', '--out', folder]
  const begun = performance.now()
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), ...argv], { cwd: root, stdio: 'ignore' })
  if (child.pid !== undefined) held(child.pid)
  const { promise, resolve } = Promise.withResolvers<number>()
  child.once('close', (code) => resolve(code ?? 3))
  const exitCode = await promise
  const tookS = Math.round((performance.now() - begun) / 1_000)
  return { status: isKnown(exitCode) ? statusOf[exitCode] : `exit code ${exitCode}`, exitCode, tookS, folder }
}

async function play(one: Case, out: string, held: (pid: number) => void): Promise<Result> {
  const first = await playOnce(one, out, held)
  if (first.status !== 'inconclusive') return { played: [first] }
  return { played: [first, await playOnce(one, out, held)] }
}

async function playOn(machine: MachineName, one: Case): Promise<Result> {
  const out = join(values.out, machine)
  if (machine === 'a') return await play(one, out, () => undefined)
  if (machine === 'b') return await besideBusyLoops(2, () => play(one, out, () => undefined))
  const { docker } = await connectEngine(process.env)
  return await onOneCore({ docker, out, engineToo: !values['without-engine'] }, ({ hold }) => play(one, out, hold))
}

/** What did not pass, in the words of the verdict. */
function reasonsOf(folder: string): string[] {
  const verdicts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    return /as-it-happened\/verdict\.json$/.test(name)
  })
  return verdicts.flatMap((name) => {
    const verdict = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      findings: { status: string; title: string; because: string }[]
    }
    return verdict.findings.filter(({ status }) => status !== 'pass').map((one) => `${one.title}: ${one.because}`)
  })
}

const lastOf = ({ played }: Result) => played.at(-1)?.status ?? 'not played'

function tell(results: KeptResults<Result>, cases: readonly Case[], asked: readonly MachineName[]): boolean {
  let sound = true
  console.log(
    `\n${'case'.padEnd(36)}${asked.map((machine) => `${machine} (${machines[machine]})`.padEnd(28)).join('')}`,
  )
  for (const one of cases) {
    const cells = asked.map((machine) => {
      const result = results.get(`${machine} ${one.name}`)
      return (result ? result.played.map(({ status }) => status).join(', then ') : '').padEnd(28)
    })
    console.log(`${(one.defect ? `defect: ${one.name}` : one.name).padEnd(36)}${cells.join('')}`)
  }
  for (const machine of asked) {
    const ends = (defect: boolean) =>
      cases
        .filter((one) => one.defect === defect)
        .map((one) => results.get(`${machine} ${one.name}`))
        .filter((result) => result !== undefined)
        .map(lastOf)
    const [good, bad] = [ends(false), ends(true)]
    const count = (all: readonly string[], status: string) => all.filter((one) => one === status).length
    const falseFails = count(good, 'fail')
    const missed = machine === 'c' ? 0 : bad.length - count(bad, 'fail')
    sound &&= falseFails === 0 && missed === 0
    console.log(
      `${machine}: ${good.length} scenarios: ${count(good, 'pass')} pass, ${falseFails} false fails, ` +
        `${count(good, 'inconclusive')} inconclusive after one repeat, ${count(good, 'unclean')} not proven clean; ` +
        `${bad.length} with a defect: ${count(bad, 'fail')} fail`,
    )
  }
  return sound
}

const group = await findGroup('incidents', join(root, 'scenarios'))
const asItHappened = (group?.scenarios ?? []).map(({ name }): Case => {
  return { name, defect: false, argv: () => [name, '--variant', 'as-it-happened'] }
})
const every = [...asItHappened, ...planted.map((one): Case => ({ ...one, defect: true }))]
const cases = every.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
const unknown = values.only.filter((name) => every.every((one) => one.name !== name))
const isMachine = (name: string): name is MachineName => name in machines
const asked = values.machine.filter(isMachine)
if (unknown.length > 0 || asked.length < values.machine.length) {
  console.error(`unknown: ${[...unknown, ...values.machine.filter((name) => !isMachine(name))].join(', ')}`)
  console.error(`machines: ${Object.keys(machines).join(', ')}; cases: ${every.map(({ name }) => name).join(', ')}`)
  process.exit(64)
}

const results = new KeptResults<Result>(join(values.out, 'results.json'), values.anew)
for (const machine of asked) {
  for (const one of cases) {
    // A defect must be found where the machine has room; on one core nothing is asked of it.
    if (results.get(`${machine} ${one.name}`) || (one.defect && machine === 'c')) continue
    const result = await playOn(machine, one)
    results.keep(`${machine} ${one.name}`, result)
    const told = result.played.map(({ status, tookS }) => `${status} in ${tookS} s`).join(', then ')
    console.log(`${machine} (${machines[machine]}) ${one.name}: ${told}`)
    const wanted = one.defect ? 'fail' : 'pass'
    if (lastOf(result) !== wanted)
      for (const why of reasonsOf(result.played.at(-1)?.folder ?? '')) console.log(`  ${why}`)
  }
}
if (!tell(results, cases, asked)) process.exitCode = 1
