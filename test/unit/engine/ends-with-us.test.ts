import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startEndingWithUs } from '../../../src/engine/ends-with-us.ts'
import { pollUntil, realClock } from '../../../src/kit/clock.ts'
import { patience } from '../../support/machine.ts'

/** A program that starts another one and says the numbers of both. */
const family = 'sleep 1000 & echo $$ $!; wait'

const module = new URL('../../../src/engine/ends-with-us.ts', import.meta.url).href
const parent = `
import { startEndingWithUs } from '${module}'
startEndingWithUs('sh', ['-c', '${family}']).stdout.pipe(process.stdout)
setInterval(() => undefined, 1_000)`

function lives(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

const gone = (pids: readonly number[]) =>
  pollUntil(() => Promise.resolve(pids.some(lives) ? undefined : true), {
    withinMs: patience(10_000),
    everyMs: 20,
    clock: realClock,
  })

async function pidsIn(output: NodeJS.ReadableStream): Promise<number[]> {
  const [line] = (await once(createInterface({ input: output }), 'line')) as [string]
  return line.split(' ').map(Number)
}

test('what it says and how it ends is as without', async () => {
  const { stdout, stderr, closed } = startEndingWithUs('sh', ['-c', 'echo out; echo err >&2; cat; exit 7'])
  expect(await Promise.all([text(stdout), text(stderr), closed])).toEqual(['out\n', 'err\n', 7])
  const missing = startEndingWithUs('/nowhere/make')
  expect(await missing.closed).toBe(127)
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a process that ends by %s takes with it what it started',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pids = await pidsIn(child.stdout)
    expect(pids.map(lives)).toEqual([true, true])
    child.kill(signal)
    expect(await gone(pids)).toBe(true)
  },
)

test('it can be ended before, with all that it started', async () => {
  const { stdout, closed, end } = startEndingWithUs('sh', ['-c', family])
  const pids = await pidsIn(stdout)
  end()
  expect(await closed).toBeNull()
  expect(await gone(pids)).toBe(true)
})

test('what docker/setup has started ends with it, also while it waits for an engine', async () => {
  const program = new URL('../../../src/doctor/setup-main.ts', import.meta.url).pathname
  const script = `"${process.execPath}" "${program}" --ends-with $$ --engine-within 60 & echo $!; wait`
  const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere.sock' }
  const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], env })
  const pids = await pidsIn(shell.stdout)
  expect(pids.map(lives)).toEqual([true])
  shell.kill('SIGKILL')
  expect(await gone(pids)).toBe(true)
})
