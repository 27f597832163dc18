import { z } from 'zod'
import type { RuleGroup } from '../stack/index.ts'

const labels = z.record(z.string(), z.string())

/** Alertmanager's webhook payload, as far as this room reads it. */
export const webhookBody = z.object({
  receiver: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels,
      annotations: labels.default({}),
      startsAt: z.string(),
      endsAt: z.string(),
      fingerprint: z.string(),
    }),
  ),
})

export interface AlertState {
  alert: string
  labels: Record<string, string>
  summary: string
  state: 'pending' | 'firing'
}

export interface AlertChange {
  alert: string
  labels: Record<string, string>
  summary: string
  state: 'pending' | 'firing' | 'resolved'
  /** Prometheus' own time, ISO. */
  promAt: string
}

const keyOf = (given: Record<string, string>) => JSON.stringify(Object.entries(given).sort())

/** What changed from one look at the rules to the next. Pure: the looks are the state. */
export function alertChanges(before: ReadonlyMap<string, AlertState>, groups: readonly RuleGroup[]) {
  const now = new Map<string, AlertState>()
  const changes: AlertChange[] = []
  const evaluated = new Map<string, string>()
  for (const rule of groups.flatMap((group) => group.rules)) {
    evaluated.set(rule.name, rule.lastEvaluation)
    for (const one of rule.alerts) {
      if (one.state !== 'pending' && one.state !== 'firing') continue
      const summary = one.annotations['summary'] ?? ''
      const state: AlertState = { alert: rule.name, labels: one.labels, summary, state: one.state }
      const key = keyOf(one.labels)
      now.set(key, state)
      if (before.get(key)?.state === one.state) continue
      changes.push({ ...state, promAt: one.state === 'pending' ? one.activeAt : rule.lastEvaluation })
    }
  }
  for (const [key, old] of before) {
    if (now.has(key)) continue
    changes.push({ ...old, state: 'resolved', promAt: evaluated.get(old.alert) ?? '' })
  }
  return { now, changes }
}
