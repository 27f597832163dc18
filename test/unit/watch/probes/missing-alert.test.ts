import { expect, test } from 'vitest'
import type { Fact } from '../../../../src/journal/facts.ts'
import type { View } from '../../../../src/watch/probe.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const alert = 'DatabaseDown'
const probe = probeFor({ kind: 'missing-alert', alert })

function viewOf(rules: string[], firesAtS: number[], facts: unknown[] = []): { view: View; asked: string[] } {
  const asked: string[] = []
  const view = fakeView({ facts: facts as Fact[], now: () => 40_000 })
  const group = rules.map((name) => ({ name, lastEvaluation: '', health: 'ok', alerts: [] }))
  const values = firesAtS.map((second) => [storyStart / 1_000 + second, '1'])
  const forward: View['stack']['agent']['forward'] = ({ path }) => {
    asked.push(path)
    const data = path.startsWith('/api/v1/rules')
      ? { groups: [{ rules: group }] }
      : { resultType: 'matrix', result: values.length === 0 ? [] : [{ metric: {}, values }] }
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ status: 'success', data }), ms: 1 })
  }
  Object.assign(view.stack.agent, { forward })
  return { view, asked }
}

const begun = { kind: 'run-started', clockStart: '14:20', incidentMinuteMs: 1_000 }
// The view's story began at 10 s of the journal.
const failed = { kind: 'load-sample', source: 'users', firstFailedT: 20_000 }

test('missing: nobody had the rule, and what it looks at was there to be seen, in good time', async () => {
  const { view, asked } = viewOf(['BackendDown'], [4, 5, 6, 7, 8], [begun, failed])
  const observation = await probe.look(view)
  expect(observation.finding).toBe('missing')
  expect(observation.because).toContain('would have fired at 14:27, 3.0 s before the first failed request')
  expect(observation.evidence).toMatchObject({ alert, file: 'backends.yml', forMs: 3_000, rulesLoaded: 1 })
  expect(asked.find((path) => path.includes('query_range'))).toContain(encodeURIComponent('pg_up'))
})

test('where the kernel killed, that counts, and no failed request that happened to be earlier', async () => {
  const killed = { kind: 'service-event', service: 'web-2', action: 'oom', because: '', t: 27_000 }
  const { view } = viewOf([], [10, 11, 12, 13], [begun, failed, killed])
  expect((await probe.look(view)).because).toContain('4.0 s before the first kill for want of memory')
})

test('an alert that would have come late is told as late', async () => {
  const { view } = viewOf([], [10, 11, 12, 13], [begun, failed])
  expect((await probe.look(view)).because).toContain('3.0 s after the first failed request')
})

test('a rule that is loaded is not missing', async () => {
  const { view } = viewOf([alert, 'BackendDown'], [4, 5, 6, 7])
  expect((await probe.look(view)).finding).toBe('loaded')
})

test('a rule that would have said nothing is not what was missing', async () => {
  const { view } = viewOf([], [])
  expect((await probe.look(view)).finding).toBe('would not fire')
})

test('a rule that nobody ever wrote is a mistake in the scenario', async () => {
  const { view } = viewOf([], [])
  await expect(probeFor({ kind: 'missing-alert', alert: 'Nonsense' }).look(view)).rejects.toThrow(/no rule Nonsense/)
})

test("with somebody's own rules ours are not asked for: what such an alert would look at is not known", async () => {
  const { view, asked } = viewOf(['EdgeDown'], [4, 5, 6, 7])
  Object.assign(view.stack, { ownRules: true })
  const observation = await probe.look(view)
  expect([observation.finding, observation.because]).toEqual(['unknown', expect.stringContaining('no rules of ours')])
  expect(asked.filter((path) => path.includes('query_range'))).toEqual([])
})
