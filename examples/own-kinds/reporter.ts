import { defineReporter, factsOf, type RunRecord } from 'badgateway'

/** One row a freeze: variant, what was frozen, and for how long, s; null: it was never let go. */
function freezesIn({ plan, facts }: RunRecord): { variant: string; fault: string; seconds: number | null }[] {
  return factsOf(facts, 'fault-injected')
    .filter(({ faultKind }) => faultKind === 'frozen-service')
    .map(({ fault, startedT }) => {
      const ended = factsOf(facts, 'fault-undone').find((one) => one.fault === fault)
      return { variant: plan.variant, fault, seconds: ended ? (ended.t - startedT) / 1_000 : null }
    })
}

/**
 * A reporter: a section in `report.html`, `freezes.md` and `freezes.html` beside it, and a file for a spreadsheet. It
 * gives texts, and badgateway escapes them for each format.
 */
export const freezes = defineReporter({
  kind: 'freezes',
  about: 'How long each service stood still.',
  tell: (variants) => {
    const rows = variants.flatMap(({ record }) => freezesIn(record))
    if (rows.length === 0) return null
    return {
      title: 'How long it stood still',
      lead: `${rows.length} of the faults froze a service.`,
      parts: [
        {
          is: 'table',
          head: 'Each freeze',
          caption: 'Freezes, in the order of the variants',
          columns: ['Variant', 'What', 'Seconds'],
          rows: rows.map(({ variant, fault, seconds }) => [
            variant,
            fault,
            seconds === null ? { lines: ['never let go'], tone: 'bad' } : seconds.toFixed(1),
          ]),
        },
      ],
    }
  },
  file: {
    name: 'freezes.csv',
    write: (variants) => {
      const rows = variants.flatMap(({ record }) => freezesIn(record))
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
      const lines = rows.map(({ variant, fault, seconds }) => `${quoted(variant)},${quoted(fault)},${seconds ?? ''}`)
      return `${['variant,what,seconds', ...lines].join('\n')}\n`
    },
  },
})
