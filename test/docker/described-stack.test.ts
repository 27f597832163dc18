// @group stack 55s
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultSpec } from '../../src/faults/index.ts'
import { reasonOf } from '../../src/kit/errors.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { type AnyStack, faultsAreWitnessed, remediesAfter, servedAt } from '../support/contract/any-stack.ts'
import type { Ground } from '../support/contract/ground.ts'
import { realGround } from '../support/contract/real-ground.ts'
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
const any: AnyStack = { ground: () => ground, page: '/product/7' }
const served = (scene: Scene) => servedAt(scene, any.page)

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

faultsAreWitnessed(any, [
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
])

remediesAfter(wrong, any, [
  [{ kind: 'restart-service', service: 'gate' }, /^gate was down and up again/, 'status 502'],
  [{ kind: 'correct-config', activate: 'later' }, /2 upstream servers corrected .*have not read it/, 'status 502'],
  [{ kind: 'correct-config', activate: 'reload' }, /2 upstream servers corrected .*reload/, 'status 200'],
  [{ kind: 'correct-config', activate: 'restart' }, /2 upstream servers corrected .*restart/, 'status 200'],
])

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
