import { join } from 'node:path'
import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { dockerFolder } from '../../kit/home.ts'
import { type Rule, readRules } from '../../rules/index.ts'
import { firstFiring } from '../alert-history.ts'
import { clockAtWall } from '../incident-clock.ts'
import { defineProbe, type View } from '../probe.ts'

const askLimitMs = 5_000
/** Prometheus' own evaluation interval, as our configuration of it has it. */
const stepMs = 1_000

/** What a report calls a missing alert: nobody had the rule, though what it looks at was there to be seen. */
export const missingAlert = defineProbe({
  kind: 'missing-alert',
  about:
    'Asks Prometheus for a rule of ours that is not loaded, when it would have fired: missing, loaded, or would not ' +
    'fire; unknown where the rules are not ours.',
  finds: ['loaded', 'would not fire', 'missing', 'unknown'],
  fields: { alert: z.string().min(1) },
  needs: ['monitoring'],
  refuse: ({ alert }, { unheard }) => {
    const what = unheard(alert, 'written')
    return what === undefined ? [] : [{ path: 'alert', value: alert, what }]
  },
  make: ({ alert }) => ({
    look: async (view) => {
      const loaded = await loadedRules(view)
      const counted = { alert, rulesLoaded: loaded.length }
      if (loaded.includes(alert)) {
        return { finding: 'loaded', because: `Prometheus has the rule ${alert}`, evidence: counted }
      }
      const none = `Prometheus has ${loaded.length} alert rules, and ${alert} is not among them`
      if (view.stack.ownRules) {
        const because = `${none}; they are no rules of ours, so what it would look at is not known`
        return { finding: 'unknown', because, evidence: counted }
      }
      const rule = await ourRule(alert)
      const firedMs = await wouldFireMs(view, rule)
      const evidence = { ...counted, file: rule.file, expression: rule.expr, forMs: rule.forMs }
      if (firedMs === null) {
        const because = `${none}; its expression would not have fired since the story began`
        return { finding: 'would not fire', because, evidence }
      }
      const { clock, lead } = placeOf(view, firedMs)
      const because = `${none}; it would have fired at ${clock}, ${lead}`
      return { finding: 'missing', because, evidence: { ...evidence, wouldFireAt: new Date(firedMs).toISOString() } }
    },
  }),
})

/** The rule of this name, from our files, loaded or not. RULES_MISSING when there is none. */
async function ourRule(alert: string): Promise<Rule> {
  const folder = join(dockerFolder(), 'monitoring', 'rules')
  const { rules } = await readRules(folder)
  const rule = rules.find(({ kind, name }) => kind === 'alert' && name === alert)
  if (rule) return rule
  throw new BadgatewayError('RULES_MISSING', `There is no rule ${alert}`, `Rules are in ${folder}.`)
}

async function loadedRules({ stack }: View): Promise<string[]> {
  const groups = (await stack.prometheus?.rules('alert', { timeoutMs: askLimitMs })) ?? []
  return groups.flatMap((group) => group.rules.map((rule) => rule.name))
}

/** Wall ms at which the rule would first have fired in this story; null: not yet. */
async function wouldFireMs({ stack, storyStartWallMs, wall }: View, rule: Rule): Promise<number | null> {
  const over = { start: storyStartWallMs / 1_000, end: wall() / 1_000, step: stepMs / 1_000 }
  const series = (await stack.prometheus?.range(rule.expr, over, { timeoutMs: askLimitMs })) ?? []
  return firstFiring(series, { forMs: rule.forMs, stepMs })
}

/** The instant on the incident's clock, and how it lies to the first kill, or where none was, to the first failure. */
function placeOf(view: View, wallMs: number): { clock: string; lead: string } {
  const { facts, storyStartWallMs, wall, now } = view
  const clock = clockAtWall(view, wallMs)
  const t = now() - (wall() - wallMs)
  const startT = now() - (wall() - storyStartWallMs)
  const failures = factsOf(facts, 'load-sample').flatMap(({ source, firstFailedT }) => {
    return source === 'users' && firstFailedT !== null && firstFailedT >= startT ? [firstFailedT] : []
  })
  const kills = factsOf(facts, 'service-event').flatMap((fact) => {
    return fact.action === 'oom' && fact.t >= startT ? [fact.t] : []
  })
  if (failures.length === 0 && kills.length === 0) return { clock, lead: 'and no request has failed' }
  // A stray failure, as of a connection that a reload has closed, is no outage.
  const [times, what] = kills.length > 0 ? [kills, 'kill for want of memory'] : [failures, 'failed request']
  const leadMs = Math.min(...times) - t
  return { clock, lead: `${showMs(Math.abs(leadMs))} ${leadMs < 0 ? 'after' : 'before'} the first ${what}` }
}
