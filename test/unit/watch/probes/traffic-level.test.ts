import { expect, test } from 'vitest'
import type { Fact } from '../../../../src/journal/facts.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const at = '2026-11-20T10:00:00.000Z'
const sample = (fromT: number, requests: number): Fact => {
  return { kind: 'proxy-sample', n: 1, t: fromT, at, fromT, byStatus: { '200': requests - 1, '502': 1 }, byReason: {} }
}
const began: Fact = { kind: 'phase-entered', n: 1, t: 5_000, at, phase: 'story' }
const before = [1_000, 2_000, 3_000].map((fromT) => sample(fromT, 100))

test.each([
  ['usual traffic', [...before, began, sample(6_000, 120), sample(7_000, 90)]],
  ['high traffic', [...before, began, sample(6_000, 190), sample(7_000, 230)]],
  ['usual traffic', [began, sample(6_000, 900)]],
])('%s', async (finding, facts) => {
  expect((await probeFor({ kind: 'traffic-level', times: 2 }).look(fakeView({ facts }))).finding).toBe(finding)
})
