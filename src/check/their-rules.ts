import type { FactOf } from '../journal/index.ts'
import { pollUntil, realClock } from '../kit/clock.ts'
import { showMs } from '../kit/duration.ts'
import { reasonOf } from '../kit/errors.ts'
import { counted } from '../kit/figures.ts'
import type { Stack, StackDescription } from '../stack/index.ts'
import { ruleEvidence, type TheirPace, theirPace } from '../watch/index.ts'

/** Series that were there a moment ago, and may be there again. */
const lookBackMs = 300_000
/** Beyond an interval of its own, until it knows its targets and has asked each once. */
const asksMs = 10_000
const lookEveryMs = 500
/** So many rules are told one by one. */
const toldAtMost = 12

type RuleSeen = FactOf<'rule-evidence'>['rules'][number]

/** Somebody's own monitoring as it is before anything is broken. */
export interface TheirRules {
  readonly pace: TheirPace
  /** Alert rules that could fire here. */
  readonly alive: readonly RuleSeen[]
  /** What is worth a word whatever is played. */
  readonly notes: readonly string[]
}

type Asked = Pick<Stack, 'prometheus' | 'alertmanager' | 'description'>

/** What theirs says of its intervals, its rules, and what each looks at; undefined: this stack is not watched by it. */
export async function theirRules(stack: Asked, signal: AbortSignal): Promise<TheirRules | undefined> {
  const { prometheus, description } = stack
  if (!prometheus || !description.monitoring?.theirs) return undefined
  const pace = await theirPace({ ...stack, prometheus })
  await untilAsked(prometheus, pace.scrapeMs + asksMs, signal)
  const { rules } = await ruleEvidence(prometheus, 'end', { overMs: lookBackMs, scrapeMs: pace.scrapeMs })
  const dead = await Promise.all(rules.map(async (rule) => ({ rule, because: await deadBecause(rule, prometheus) })))
  const alive = dead.flatMap(({ rule, because }) => (because === undefined ? [rule] : []))
  const { scrapeMs, evaluateMs } = pace
  const asked = `targets are asked every ${showMs(scrapeMs)}, rules every ${showMs(evaluateMs)}`
  const pager =
    pace.alertmanager === null ? 'whom they reach is not known' : `whom they reach says ${pace.alertmanager}`
  return {
    pace,
    alive,
    notes: [
      `Alerts are those of your own Prometheus (${pace.prometheus}): ${asked}; ${pager}.`,
      ...dead.flatMap(({ rule, because }) => (because === undefined ? [] : [`${rule.file}: ${rule.alert} ${because}`])),
    ],
  }
}

/** Until no target is unknown to it: before that everything looks dead. */
async function untilAsked(prometheus: NonNullable<Asked['prometheus']>, withinMs: number, signal: AbortSignal) {
  const isAsked = async () => {
    const targets = await prometheus.targets().catch(() => [])
    return targets.length === 0 || targets.some(({ health }) => health === 'unknown') ? undefined : true
  }
  await pollUntil(isAsked, { withinMs, everyMs: lookEveryMs, clock: realClock, signal })
}

/** Why a rule will never fire as things are; undefined: it may. Labels that come with an error alone are not missed. */
async function deadBecause(rule: RuleSeen, prometheus: NonNullable<Asked['prometheus']>): Promise<string | undefined> {
  const { health, lastError, never, missing } = rule
  if (health === 'err') return `cannot be evaluated: ${lastError}`
  if (never !== null) return `can never fire: ${never}`
  const isNone = async (query: string) => {
    const found = await prometheus.query(`count(${query})`).catch(reasonOf)
    return typeof found !== 'string' && found.length === 0
  }
  const why = await Promise.all(
    missing.map(async (selector) => {
      const [name] = /^[a-zA-Z_:][\w:]*/.exec(selector) ?? []
      if (name === undefined) return []
      if (await isNone(name)) return [`no target exposes ${name}`]
      const labels = await Promise.all(
        labelsIn(selector).map(async (label) => ((await isNone(`${name}{${label}!=""}`)) ? [label] : [])),
      )
      return labels.flat().map((label) => `no series of ${name} has a label ${label}`)
    }),
  )
  const all = [...new Set(why.flat())]
  return all.length === 0 ? undefined : `is dead: ${all.join('; ')}`
}

/** Names of labels that a selector asks to have some value: `status` of `x{status=~"5.."}`. */
function labelsIn(selector: string): string[] {
  const bare = selector.slice(selector.indexOf('{')).replaceAll(/"(?:\\.|[^"\\])*"/g, '""')
  return [...bare.matchAll(/(\w+)\s*=~?\s*""/g)].flatMap(([, label]) => label ?? [])
}

/** The stack as it is watched by them, for plans. */
export const watchedByThem = (
  { services, ...description }: StackDescription,
  monitoring: NonNullable<StackDescription['monitoring']>,
): StackDescription => ({
  ...description,
  services: services.filter(({ role }) => role !== 'monitoring'),
  monitoring,
})

/** The least time in which any of them has filled its window, waited for its `for` and sent what it found. */
export function quickestMs({ alive, pace }: TheirRules): number | undefined {
  const each = alive.map(({ wholeMs }) => wholeMs + pace.groupWaitMs)
  return each.length === 0 ? undefined : Math.min(...each)
}

/** Of those that can fire, which cannot while a fault is held for so long, and which hold would do. */
export function tooSlow({ alive }: TheirRules, holdMs: number): string[] {
  const slow = alive.filter(({ wholeMs, reachMs }) => wholeMs - reachMs > holdMs)
  if (slow.length === 0) return []
  const all = slow.map(({ alert, wholeMs, reachMs }) => ({ alert, needsMs: wholeMs - reachMs })).sort(byNeed)
  const named = all.slice(0, toldAtMost).map(({ alert, needsMs }) => `${alert} (${showMs(needsMs)})`)
  const more = all.length > toldAtMost ? `, and ${all.length - toldAtMost} more` : ''
  const [least, most] = [all[0], all.at(-1)].map((one) => `${Math.ceil((one?.needsMs ?? 0) / 1_000)}s`)
  const hold = least === most ? `--hold ${least} would do` : `--hold ${least} lets the quickest, ${most} all of them`
  const what = `${counted(slow.length, 'rule')} of ${alive.length} cannot fire while a fault is held for`
  return [`${what} ${showMs(holdMs)}: ${named.join(', ')}${more}; ${hold}.`]
}

const byNeed = (a: { needsMs: number }, b: { needsMs: number }) => a.needsMs - b.needsMs
