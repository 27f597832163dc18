import type { FactOf, NewFact } from '../journal/index.ts'
import { type GivenRule, missedBy, needsOf, parsed, selectorsIn, withoutConditions } from '../rules/index.ts'
import type { Prometheus, RuleGroup } from '../stack/index.ts'

const askLimitMs = 4_000
/** Questions under way at once: Prometheus answers each in some milliseconds. */
const atOnce = 6
/** A look further back than this would ask for more steps than an answer is worth. */
const longestMs = 2 * 3_600_000

interface LoadedRule extends GivenRule {
  file: string
  health: string
  lastError: string
}

type Evidence = Extract<NewFact, { kind: 'rule-evidence' }>
type RuleEvidence = FactOf<'rule-evidence'>['rules'][number]

/**
 * What Prometheus has for rules, what each needs where targets are asked every `scrapeMs` (default: as ours are), and,
 * with `overMs`, what it had to look at in that time: how many series each selector had, and each expression without
 * its conditions.
 */
export async function ruleEvidence(
  prometheus: Prometheus,
  moment: Evidence['moment'],
  { overMs, scrapeMs }: { overMs: number; scrapeMs?: number | undefined },
): Promise<Evidence> {
  const loaded = loadedIn(await prometheus.rules(undefined, { timeoutMs: askLimitMs }))
  const alerts = loaded.filter(({ kind }) => kind === 'alert')
  const lookMs = Math.min(longestMs, Math.max(1_000, Math.ceil(overMs)))
  const seen = moment === 'start' ? undefined : counterOf(prometheus, Math.ceil(lookMs / 1_000))
  const rules = await inTurns(alerts, (rule) => evidenceOf(rule, loaded, { seen, scrapeMs }))
  return { kind: 'rule-evidence', moment, overMs: lookMs, rules }
}

/** `step`: of a subquery, which everything but a selector needs. */
type Counter = (expr: string, step: '' | ':1s') => Promise<number | null>

async function evidenceOf(
  rule: LoadedRule,
  all: readonly LoadedRule[],
  { seen, scrapeMs }: { seen: Counter | undefined; scrapeMs: number | undefined },
): Promise<RuleEvidence> {
  const { name, file, group, health, lastError } = rule
  const needs = needsOf(rule, all, scrapeMs)
  const tree = parsed(rule.expr)
  const own = selectorsIn(rule.expr)
  const every = [...new Set([...own, ...(needs?.selectors ?? [])])]
  const selectors = await Promise.all(
    every.map(async (selector) => ({ selector, series: (await seen?.(selector, '')) ?? null })),
  )
  const isThere = (selector: string) => selectors.find((one) => one.selector === selector)?.series !== 0
  const missed = tree ? missedBy(tree, isThere) : []
  // A recorded series that was not there is missed for want of what its rule reads.
  const behind = missed.length > 0 ? (needs?.selectors ?? []).filter((one) => !own.includes(one) && !isThere(one)) : []
  const samples = (tree && (await seen?.(`(${withoutConditions(rule.expr, tree)})`, ':1s'))) ?? null
  return {
    alert: name,
    file,
    group,
    health,
    lastError: lastError.slice(0, 500),
    forMs: needs?.forMs ?? rule.forMs,
    reachMs: needs?.reachMs ?? 0,
    wholeMs: needs?.wholeMs ?? rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    never: needs?.never ?? null,
    selectors,
    missing: [...missed, ...behind],
    samples,
  }
}

/** Rules as Prometheus tells them. */
export const givenRules = (groups: readonly RuleGroup[]): readonly GivenRule[] => loadedIn(groups)

function loadedIn(groups: readonly RuleGroup[]): LoadedRule[] {
  return groups.flatMap(({ name: group, file, interval, rules }) =>
    rules.map(({ type, name, query, duration, keepFiringFor, health, lastError }) => ({
      kind: type === 'alerting' ? ('alert' as const) : ('record' as const),
      name,
      group,
      file: file.slice(file.lastIndexOf('/') + 1),
      expr: query,
      forMs: duration * 1_000,
      keepFiringForMs: keepFiringFor * 1_000,
      everyMs: interval * 1_000,
      health,
      lastError,
    })),
  )
}

/** How many series something had within the last seconds; null when Prometheus cannot say. Each is asked once. */
function counterOf(prometheus: Prometheus, seconds: number): Counter {
  const asked = new Map<string, Promise<number | null>>()
  const count = async (expr: string): Promise<number | null> => {
    const query = `count(last_over_time(${expr}))`
    const read = await prometheus.query(query, { timeoutMs: askLimitMs }).catch(() => undefined)
    return read ? Number(read[0]?.value[1] ?? 0) : null
  }
  return (expr, step) => {
    const over = `${expr}[${seconds}s${step}]`
    const answer = asked.get(over) ?? count(over)
    asked.set(over, answer)
    return answer
  }
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const next = items.entries()
  const worker = async () => {
    for (const [index, item] of next) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}
