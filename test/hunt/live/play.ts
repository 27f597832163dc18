import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { judge } from '../../../src/checks/index.ts'
import { connectEngine } from '../../../src/engine/engine.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { reasonOf } from '../../../src/kit/errors.ts'
import { type LiveSabotage, liveSabotages } from './kinds.ts'

/** Its story touches the proxy and restarts servers, and is over in a minute. */
const scenario = 'wrong-upstream-port'
const variant = 'as-it-happened'
const root = new URL('../../../', import.meta.url).pathname
/** A raise on a busy machine, the story, and taking it down, ms. */
const limitMs = 400_000

interface Options {
  only: readonly string[]
  out: string
}

/** Plays the scenario untouched, and then once for each sabotage; gives how many passed that should not have. */
export async function huntLive({ only, out }: Options): Promise<number> {
  const chosen = liveSabotages.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))
  const untouched: LiveSabotage = { name: 'untouched' }
  let passed = 0
  for (const one of only.length === 0 || only.includes('untouched') ? [untouched, ...chosen] : chosen) {
    const { status, because } = await play(one, join(out, one.name.replaceAll(/\W+/g, '-')))
    const wrong = one === untouched ? status !== 'pass' : status === 'pass' || status === 'not spoilt'
    if (wrong) passed += 1
    process.stdout.write(`${wrong ? 'WRONG' : 'right'}  ${status.padEnd(13)} ${one.name}: ${because}\n`)
  }
  process.stdout.write(`\n${chosen.length} kinds of live sabotage, passed: ${passed}\n`)
  return passed
}

async function play(
  { patch, args = [], hand }: LiveSabotage,
  out: string,
): Promise<{ status: string; because: string }> {
  const loader = patch ? ['--import', join(root, 'test/hunt/live/patch.ts')] : []
  const command = [...loader, join(root, 'src/cli.ts'), 'run', scenario, '--variant', variant, '--out', out, ...args]
  await mkdir(out, { recursive: true })
  const applied = join(out, 'applied')
  const env = { ...process.env, ...(patch ? { HUNT_PATCH: JSON.stringify({ ...patch, applied }) } : {}) }
  const child = spawn(process.execPath, command, { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGINT'), limitMs)
  const under = hand ? await underWay(out, child) : undefined
  const missed = hand && under ? await lend(under, child, hand).catch(reasonOf) : undefined
  const [code] = await ended
  const isChanged = !patch || existsSync(applied)
  clearTimeout(timer)
  const place = await folderIn(out)
  if (!place) return { status: `exit ${code}`, because: 'no journal' }
  // What was never spoilt proves nothing, whatever came of it.
  if (missed !== undefined || (hand && !under) || !isChanged) {
    return { status: 'not spoilt', because: missed ?? 'its time never came' }
  }
  const { status, findings } = judge(await readRecord(place))
  const open = findings
    .filter((one) => one.status !== 'pass')
    .map(({ check, because }) => `${check}: ${because.slice(0, 120)}`)
  return {
    status: code === 0 ? status : status === 'pass' ? `exit ${code}` : status,
    because: open.slice(0, 3).join('; ') || 'proven',
  }
}

async function folderIn(out: string): Promise<string | undefined> {
  const found = await readdir(out, { recursive: true }).catch(() => [])
  const journal = found
    .filter((entry) => entry.endsWith('journal.jsonl'))
    .sort()
    .at(-1)
  return journal && join(out, journal, '..')
}

/** The folder of the variant, once its second step was entered: the fault is there, and no remedy is at work yet. */
async function underWay(out: string, child: ChildProcess): Promise<string | undefined> {
  while (child.exitCode === null) {
    const place = await folderIn(out)
    const text = place ? await readFile(join(place, 'journal.jsonl'), 'utf8').catch(() => '') : ''
    if (/"kind":"step-entered","step":1/.test(text)) return place
    await sleep(100)
  }
  return undefined
}

async function lend(place: string, child: ChildProcess, hand: NonNullable<LiveSabotage['hand']>): Promise<void> {
  const { docker } = await connectEngine(process.env)
  const text = await readFile(join(place, 'journal.jsonl'), 'utf8')
  const line = text.split('\n').find((one) => one.includes('"kind":"stack-ready"')) ?? '{}'
  const { services = [] } = JSON.parse(line) as { services?: { service: string; container: string }[] }
  const of = (service: string) =>
    docker.getContainer(services.find((one) => one.service === service)?.container ?? service)
  await hand({ docker, of, harness: child.pid ?? 0, sleep: (ms) => sleep(ms) })
}
