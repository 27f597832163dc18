import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { pollUntil, realClock } from '../../../src/kit/clock.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { patience } from '../../support/machine.ts'

const program = new URL('../../../docker/containers-first', import.meta.url).pathname

/** The machine's controller, an engine that runs, and how to end it. */
async function machine(was?: string) {
  const controller = await temporaryFolder('cgroup')
  const shares = join(controller, 'docker', 'cpu.shares')
  if (was !== undefined) {
    await mkdir(join(controller, 'docker'))
    await writeFile(shares, `${was}\n`)
  }
  const engine = spawn('sleep', ['1000'], { stdio: 'ignore' })
  const first = () =>
    promisify(execFile)(program, [String(engine.pid)], { env: { ...process.env, BADGATEWAY_CPU_CGROUP: controller } })
  const end = async () => {
    engine.kill('SIGKILL')
    await once(engine, 'exit')
  }
  return { controller, shares, first, end, now: () => readFileSync(shares, 'utf8').trim() }
}

const until = (isSo: () => boolean) =>
  pollUntil(() => Promise.resolve(isSo() || undefined), { withinMs: patience(10_000), everyMs: 50, clock: realClock })

test.each([
  ['its own value', '2048', '2048'],
  ['the common value, where one that was killed left ours', '10240', '1024'],
  // A folder of files, as this one, is not removed by rmdir, and neither is a cgroup with a container in it.
  ['the common value, where the folder cannot go', undefined, '1024'],
])('the machine has %s back when the engine has ended', async (_, was, back) => {
  const { first, end, now } = await machine(was)
  await first()
  expect(now()).toBe('10240')
  await end()
  expect(await until(() => now() === back)).toBe(true)
})

test('a machine without that controller is left as it is, and one that refuses is told', async () => {
  const { controller, shares, first, end } = await machine()
  await writeFile(join(controller, 'docker'), 'a file in the place of the folder')
  await expect(first()).rejects.toMatchObject({ code: 1 })
  expect(existsSync(shares)).toBe(false)
  const env = { ...process.env, BADGATEWAY_CPU_CGROUP: join(controller, 'none') }
  await promisify(execFile)(program, ['1'], { env })
  await end()
})
