import { judgeFolder } from '../../src/experiment.ts'
import { runLayout } from '../../src/journal/index.ts'
import { dockerFolder } from '../../src/kit/home.ts'
import { conduct } from '../../src/run/conduct.ts'
import { planOf } from '../../src/run/plan.ts'
import { parseScenario } from '../../src/scenario/find.ts'
import type { StackPool } from '../../src/stack/raise/stack-pool.ts'
import { freshFolder } from './folder.ts'
import { attachStranger, strangerDescription, type strangerParts } from './stranger.ts'

/** A deploy that leads nowhere, and what is done about it, on a stranger's stack. */
const strangerStory = (ratePerS: number) => ({
  name: 'stranger',
  title: 'Nobody is behind the edge',
  summary: 'A deploy names ports on which nothing listens; somebody corrects them.',
  report: { rootCause: 'Wrong ports.', impact: 'Every request failed.', lessons: [] },
  clock: { steadyFrom: '10:00', start: '10:03', end: '10:20' },
  load: { users: { ratePerS, users: 50, mix: [{ path: '/items/7' }, { path: '/quiet/7' }] } },
  story: [
    { at: '10:04', fault: { kind: 'wrong-upstream', upstreams: ['items'] }, as: 'deploy' },
    { at: '10:06', look: { kind: 'web-server' }, finds: 'operational' },
    { at: '10:06', look: { kind: 'upstream-services' }, finds: 'all respond' },
    { at: '10:08', look: { kind: 'network-checks', over: '1s' }, finds: 'clean' },
    { at: '10:10', remedy: { kind: 'correct-config' }, as: 'correction' },
    { at: '10:12', recovered: { within: '10s', hold: '2s' } },
  ],
  checks: [{ kind: 'failed-requests', atLeast: 10 }],
  variants: { told: { title: 'as it was' } },
})

/** Tells it from nothing to nothing, and judges what was noted. */
export async function tellStrangerStory(
  parts: Awaited<ReturnType<typeof strangerParts>>,
  { ratePerS, pool }: { ratePerS: number; pool?: StackPool },
) {
  const { engine, images } = parts
  const plan = planOf(parseScenario(strangerStory(ratePerS), 'the story'), {
    variant: 'told',
    description: strangerDescription(),
  })
  const layout = runLayout(`${await freshFolder()}/run`).variant('told')
  const rest = { version: '0.0.0', command: 'test', disarmed: false, onFact: () => undefined }
  const stack = { docker: engine.docker, images, dockerFolder: dockerFolder() }
  const signal = new AbortController().signal
  const raise = async (place: Parameters<typeof attachStranger>[1]) => ({ stack: await attachStranger(parts, place) })
  const lent = pool ? { pool } : {}
  const conducted = await conduct({ ...rest, ...lent, plan, layout, engine, stack, signal, raise })
  return { conducted, ...(await judgeFolder(layout.folder)) }
}
