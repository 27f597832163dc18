import { judgeFolder } from '../../src/experiment.ts'
import { runLayout } from '../../src/journal/index.ts'
import { conduct } from '../../src/run/conduct.ts'
import { planOf } from '../../src/run/plan.ts'
import { parseScenario } from '../../src/scenario/find.ts'
import { freshFolder } from './folder.ts'
import { quarry, quarryParts } from './quarry.ts'

/** A deploy that leads nowhere, what is looked at, and what is done about it: on another stack than the shop. */
export const quarryStory = {
  name: 'quarry',
  title: 'Nobody is behind the gate',
  summary: 'A deploy of the gate names ports on which nothing listens; its engineers correct them.',
  report: { rootCause: 'Wrong ports.', impact: 'Every request failed.', lessons: [] },
  clock: { steadyFrom: '10:00', start: '10:03', end: '10:20' },
  load: { users: { ratePerS: 20, users: 5, mix: [{ path: '/product/7' }] } },
  story: [
    { at: '10:04', fault: { kind: 'wrong-upstream', upstreams: ['stone'] }, as: 'deploy' },
    { at: '10:06', look: { kind: 'web-server' }, finds: 'operational' },
    { at: '10:06', look: { kind: 'upstream-services' }, finds: 'all respond' },
    { at: '10:07', look: { kind: 'backend-status' }, finds: 'all operational' },
    { at: '10:07', look: { kind: 'connections' }, finds: 'some do not answer' },
    { at: '10:08', look: { kind: 'network-checks', over: '1s' }, finds: 'clean' },
    { at: '10:08', look: { kind: 'routing' }, finds: 'routes are right' },
    { at: '10:09', look: { kind: 'config-diff' }, finds: 'upstream servers differ' },
    { at: '10:10', remedy: { kind: 'restart-service', service: 'gate' }, as: 'restart', expect: 'no effect' },
    { at: '10:13', remedy: { kind: 'correct-config' }, as: 'correction' },
    { at: '10:14', recovered: { within: '10s', hold: '2s' } },
  ],
  checks: [{ kind: 'failed-requests', atLeast: 10 }],
  variants: { told: { title: 'as it was' } },
}

/** Tells it from nothing to nothing, and judges what was noted. */
export async function tellQuarryStory() {
  const { engine, stack, remove } = await quarryParts()
  try {
    const how = { variant: 'told', description: quarry(''), incidentMinuteMs: 500 }
    const plan = planOf(parseScenario(quarryStory, 'the story'), how)
    const layout = runLayout(`${await freshFolder()}/run`).variant('told')
    const rest = { version: '0.0.0', command: 'test', disarmed: false, onFact: () => undefined }
    const signal = new AbortController().signal
    const conducted = await conduct({ ...rest, plan, layout, engine, stack, signal, define: quarry })
    return { conducted, ...(await judgeFolder(layout.folder)) }
  } finally {
    await remove()
  }
}
