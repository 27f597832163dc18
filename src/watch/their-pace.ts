import { z } from 'zod'
import type { PlanRecord } from '../journal/index.ts'
import { dataOf } from '../kit/data/data-file.ts'
import { type GivenRule, needsOf, promDurationMs } from '../rules/index.ts'
import type { Prometheus, Stack } from '../stack/index.ts'
import { givenRules } from './rule-evidence.ts'

/** What Prometheus and Alertmanager do where their files say nothing. */
const usualIntervalMs = 60_000
const usualGroupWaitMs = 30_000
/** An alert that looks back for an hour fires for an hour: so long nobody waits. */
const settleAtMostMs = 180_000

/** How quick somebody's own monitoring is. */
export type TheirPace = NonNullable<PlanRecord['theirs']>

const duration = z
  .string()
  .transform((text) => promDurationMs(text))
  .optional()
const prometheusFile = z.object({
  global: z.object({ scrape_interval: duration, evaluation_interval: duration }).default({}),
  scrape_configs: z
    .array(z.object({ scrape_interval: duration }))
    .nullish()
    .transform((all) => all ?? []),
})

interface Route {
  group_wait?: string | undefined
  routes?: Route[] | null | undefined
}
const route: z.ZodType<Route> = z.object({
  group_wait: z.string().optional(),
  routes: z
    .array(z.lazy(() => route))
    .nullable()
    .optional(),
})
const alertmanagerFile = z.object({ route: route.optional() })

type Asked = Pick<Stack, 'alertmanager' | 'description'> & { readonly prometheus: Prometheus }

/** As their configurations and rules say it, by their own APIs. MONITOR_FAILED when they do not answer. */
export async function theirPace({ prometheus, alertmanager, description }: Asked): Promise<TheirPace> {
  const [text, groups, pager] = await Promise.all([
    prometheus.configuration(),
    prometheus.rules(),
    alertmanager?.configuration(),
  ])
  const { global, scrape_configs: jobs } = prometheusFile.parse(dataOf(text) ?? {})
  const usualMs = global.scrape_interval ?? usualIntervalMs
  const scrapeMs = Math.max(...(jobs.length > 0 ? jobs : [{}]).map((job) => scrapeOf(job) ?? usualMs))
  const theirs = description.monitoring?.theirs
  return {
    prometheus: theirs?.prometheus.service ?? '',
    alertmanager: theirs?.alertmanager?.service ?? null,
    scrapeMs,
    evaluateMs: global.evaluation_interval ?? usualIntervalMs,
    groupWaitMs: pager === undefined ? 0 : groupWaitIn(pager),
    settleMs: settleOf(givenRules(groups), scrapeMs),
  }
}

const scrapeOf = (job: { scrape_interval?: number | undefined }) => job.scrape_interval

/** The longest that a new group of alerts is held back on any way. */
function groupWaitIn(text: string): number {
  const { route: root } = alertmanagerFile.parse(dataOf(text) ?? {})
  const waits = (one: Route, above: number): number[] => {
    const own = one.group_wait === undefined ? above : (promDurationMs(one.group_wait) ?? above)
    return [own, ...(one.routes ?? []).flatMap((below) => waits(below, own))]
  }
  return Math.max(...waits(root ?? {}, usualGroupWaitMs))
}

function settleOf(all: readonly GivenRule[], scrapeMs: number): number {
  const each = all.flatMap((rule) => {
    const needs = rule.kind === 'alert' ? needsOf(rule, all, scrapeMs) : null
    return needs ? [needs.reachMs + needs.seenMs + needs.keepFiringForMs] : []
  })
  return Math.min(settleAtMostMs, Math.max(0, ...each))
}
