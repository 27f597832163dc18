// @group stack 55s
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultSpec } from '../../src/faults/index.ts'
import { reasonOf } from '../../src/kit/errors.ts'
import type { RemedySpec } from '../../src/remedies/index.ts'
import type { Scene } from '../../src/stack/scene.ts'
import type { Ground } from '../support/contract/ground.ts'
import { realGround } from '../support/contract/real-ground.ts'
import { faultFor, remedyFor } from '../support/made-kinds.ts'
import { raiseQuarry, siteFile } from '../support/quarry.ts'
import { tellQuarryStory } from '../support/quarry-story.ts'

let quarry: Awaited<ReturnType<typeof raiseQuarry>>
let ground: Ground

beforeAll(async () => {
  quarry = await raiseQuarry()
  ground = realGround(quarry, await quarry.stack.snapshot())
})
afterEach(() => ground.undoAll())
afterAll(() => quarry.tearDown())

const group = 'stone'
const wrong: FaultSpec = { kind: 'wrong-upstream', upstreams: [group] }
const served = async ({ stack }: Scene) => (await stack.proxy().ask('/product/7')).because

test('its proxy has no shell and no tool, and nobody watches over it', async () => {
  const { stack } = quarry
  for (const program of ['sh', 'bash', 'cat', 'grep', 'find', 'tail', 'rm', 'printenv']) {
    const { exec } = stack.proxy()
    expect(await exec([program]).then(({ output }) => output, reasonOf)).toContain('executable file not found')
  }
  expect([stack.prometheus, stack.database]).toEqual([undefined, undefined])
  expect(stack.servers().map(({ name }) => name)).toEqual(['granite', 'basalt'])
  expect(await served(ground.scene())).toBe('status 200')
})

test.each<[FaultSpec, RegExp, string]>([
  [wrong, /2 of 2 backends answer 200 directly; through the proxy: 502/, 'status 502'],
  [{ ...wrong, wrong: 'protocol' }, /2 of 2 backends answer 200 directly; through the proxy: 502/, 'status 502'],
  [
    { kind: 'packet-filter', how: 'reject', at: 'servers', role: group },
    /granite listens, and answers ECONNREFUSED .*basalt listens, and answers ECONNREFUSED/,
    'status 502',
  ],
  [
    { kind: 'packet-filter', how: 'drop', at: 'proxy', role: group, servers: [2] },
    /^basalt listens, and answers ETIMEDOUT/,
    'status 200',
  ],
  [{ kind: 'missing-file', service: 'gate', path: siteFile }, /^no .*sites-available.quarry in gate/, 'status 200'],
  [
    { kind: 'backend-offline', how: 'container', role: group, servers: [1] },
    /^granite: (EHOSTUNREACH|ETIMEDOUT)/,
    'status 200',
  ],
])('%j is witnessed only while it is in force, and its undo ends it', async (spec, observation, answer) => {
  const scene = ground.scene()
  const { inject, witness } = faultFor(spec)
  expect(await witness.see(scene)).toMatchObject({ present: false })
  const { outcome, because } = await inject(scene)
  expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
  await expect
    .poll(() => witness.see(scene))
    .toMatchObject({ present: true, because: expect.stringMatching(observation) })
  await expect.poll(() => served(scene)).toBe(answer)
  await ground.undoAll()
  await expect.poll(() => witness.see(ground.scene())).toMatchObject({ present: false })
  await expect.poll(() => served(ground.scene())).toBe('status 200')
})

test.each<[RemedySpec, RegExp, string]>([
  [{ kind: 'restart-service', service: 'gate' }, /^gate was down and up again/, 'status 502'],
  [{ kind: 'correct-config', activate: 'later' }, /2 upstream servers corrected .*have not read it/, 'status 502'],
  [{ kind: 'correct-config', activate: 'reload' }, /2 upstream servers corrected .*reload/, 'status 200'],
  [{ kind: 'correct-config', activate: 'restart' }, /2 upstream servers corrected .*restart/, 'status 200'],
])('after a wrong upstream %j does what it says', async (spec, said, answer) => {
  const scene = ground.scene()
  const { inject, witness } = faultFor(wrong)
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  const { ok, changed, because } = await remedyFor(spec).apply(scene)
  expect({ ok, changed, because }).toEqual({ ok: true, changed: true, because: expect.stringMatching(said) })
  await expect.poll(() => served(scene)).toBe(answer)
  expect((await witness.see(scene)).present).toBe(answer !== 'status 200')
  await ground.undoAll()
  await expect.poll(() => served(ground.scene())).toBe('status 200')
})

test('a whole story is told on it, judged by its journal, and undone', async () => {
  const { conducted, verdict, record } = await tellQuarryStory()
  const open = verdict.findings.filter(({ status }) => status !== 'pass').map(({ check, because }) => [check, because])
  expect({ conducted, open, status: verdict.status }).toEqual({
    conducted: { reason: 'completed', clean: true },
    open: [],
    status: 'pass',
  })
  expect(record.plan.unwatched).toBe(true)
})
