import { expect, test } from 'vitest'
import type { Fact } from '../../../../src/journal/facts.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'cpu-usage', roles: ['web'], high: 0.5 })
const head = { n: 1, at: '2026-11-21T00:00:00.000Z' }
const sample = (service: string, cpuCores: number, t = 5): Fact => {
  return { ...head, t, kind: 'resource-sample', service, memoryBytes: 1, limitBytes: null, cpuCores }
}
const facts: Fact[] = [
  sample('web-1', 0.02),
  sample('web-1', 0.04),
  sample('web-2', 0.1),
  { ...head, t: 10, kind: 'phase-entered', phase: 'story' },
  sample('web-1', 0.9, 11),
]

/** What is found when Prometheus says so of web-1 and web-2, its graph being so many ms ahead of now. */
function finds(
  cores: [number, number],
  { aheadMs = 0, status = 200, limit = 0.4 }: { aheadMs?: number; status?: number; limit?: number | null } = {},
) {
  const stack = fakeStack()
  for (const { name } of stack.services) stack.counted.set(name, { cpuLimit: () => Promise.resolve(limit) })
  stack.agent.forward = ({ path }) => {
    const seen = (storyStart + 30_000 + aheadMs) / 1_000
    const values = path.includes('last_seen') ? [seen, seen] : cores
    const result = values.map((value, at) => ({ metric: { name: `web-${at + 1}` }, value: [1, String(value)] }))
    return Promise.resolve({ status, headers: {}, body: JSON.stringify({ data: { result } }), ms: 1 })
  }
  return probe.look(fakeView({ stack, facts }))
}

test.each([
  ['high', [0.3, 0.35]],
  ['high on some', [0.3, 0.28]],
  ['high on some', [0.1, 0.35]],
  ['normal', [0.1, 0.2]],
] as const)('%s', async (finding, cores) => {
  expect((await finds([...cores])).finding).toBe(finding)
})

test('it is told beside what it may use, and how it was before the story', async () => {
  const { because } = await finds([0.3, 0.35])
  const told = 'web-1 0.30, 75 % of its 0.4 (before: 0.03), web-2 0.35, 87 % of its 0.4 (before: 0.10)'
  expect(because).toBe(`cores used: ${told}`)
})

test('without a limit a whole core is what may be used', async () => {
  const limit = null
  expect((await finds([0.3, 0.35], { limit })).finding).toBe('normal')
  expect((await finds([0.6, 0.9], { limit })).finding).toBe('high')
})

test('a graph that is behind, or not there, is no answer', async () => {
  await expect(finds([0.3, 0.3], { aheadMs: -1 })).rejects.toThrow('more than 6000 ms behind')
  await expect(finds([0.3, 0.3], { status: 503 })).rejects.toThrow('Prometheus answers 503')
})
