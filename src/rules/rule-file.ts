import { z } from 'zod'
import { promDurationMs } from './prom-duration.ts'
import { PromqlError, parsePromql } from './promql.ts'
import type { Rule } from './rule.ts'
import { templateTrouble } from './template.ts'
import { expectTypes } from './value-types.ts'

/** A key without a value is as good as none. */
const unlessEmpty = <T extends z.ZodType>(type: T) => z.preprocess((given) => (given === '' ? undefined : given), type)

const duration = z.string().refine((text) => promDurationMs(text) !== undefined, {
  error: ({ input }) => `'${input}' is no duration: Prometheus writes 30s, 5m, 1h30m`,
})
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const texts = z.record(z.string(), z.string({ error: 'must be text' })).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (labelName.test(name) && name !== '__name__') continue
    context.addIssue({ code: 'custom', path: [name], message: `'${name}' is no name of a label` })
  }
})
/** Those of an alert are templates. */
const templates = texts.superRefine((given, context) => {
  for (const [name, text] of Object.entries(given)) {
    const message = templateTrouble(text)
    if (message !== null) context.addIssue({ code: 'custom', path: [name], message })
  }
})

const expression = z.string().superRefine((text, context) => {
  try {
    expectTypes(text, parsePromql(text))
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown
    context.addIssue({ code: 'custom', message: thrown.message })
  }
})

const rule = z
  .strictObject({
    alert: z.string().min(1).optional(),
    record: z
      .string()
      .regex(metricName, { error: ({ input }) => `'${input}' is no name of a metric` })
      .optional(),
    expr: expression,
    for: unlessEmpty(duration.optional()),
    keep_firing_for: unlessEmpty(duration.optional()),
    labels: unlessEmpty(texts.optional()),
    annotations: unlessEmpty(templates.optional()),
  })
  .superRefine((given, context) => {
    const wrong = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', path, message })
    if (given.alert !== undefined && given.record !== undefined) wrong('has alert and record: a rule is one of them')
    if (given.alert === undefined && given.record === undefined) wrong('has neither alert nor record')
    const labels = given.alert === undefined ? undefined : templates.safeParse(given.labels ?? {})
    for (const { message, path } of labels?.error?.issues ?? []) wrong(message, ['labels', ...path.map(String)])
    if (given.record === undefined) return
    for (const key of ['for', 'keep_firing_for', 'annotations'] as const) {
      if (given[key] !== undefined) wrong('belongs to an alert, not to a recording rule', [key])
    }
  })

const group = z.strictObject({
  name: z.string().min(1),
  interval: unlessEmpty(duration.optional()),
  query_offset: unlessEmpty(duration.optional()),
  limit: unlessEmpty(z.union([z.string().regex(/^-?\d+$/, { error: 'must be a number' }), z.number()]).optional()),
  labels: unlessEmpty(texts.optional()),
  /** Of Thanos: the operator takes it, Prometheus does not. */
  partial_response_strategy: z.string().optional(),
  rules: unlessEmpty(z.array(rule, { error: 'must be a list of rules' }).default([])),
})

/** The contents of a rule file, or the `spec` of a PrometheusRule. */
export const ruleGroups = z
  .strictObject({ groups: unlessEmpty(z.array(group, { error: 'must be a list of groups' }).nullish()) })
  .superRefine(({ groups }, context) => {
    const names = (groups ?? []).map(({ name }) => name)
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      context.addIssue({ code: 'custom', path: ['groups', index, 'name'], message: `a second group '${name}'` })
    }
  })

export type RuleGroups = z.output<typeof ruleGroups>

/** What the rules of a file are, told by themselves. */
export function rulesIn(file: string, { groups }: RuleGroups): Rule[] {
  return (groups ?? []).flatMap((one) =>
    one.rules.map((given): Rule => {
      const { alert, record = '', expr, for: lasting = '0', keep_firing_for: kept = '0' } = given
      return {
        kind: alert === undefined ? 'record' : 'alert',
        name: alert ?? record,
        file,
        group: one.name,
        everyMs: one.interval === undefined ? null : (promDurationMs(one.interval) ?? null),
        expr,
        forMs: promDurationMs(lasting) ?? 0,
        keepFiringForMs: promDurationMs(kept) ?? 0,
      }
    }),
  )
}
