import { z } from 'zod'
import { lasting } from '../kit/duration.ts'
import { thresholdOf } from '../kit/thresholds/thresholds.ts'

const written = z.union([
  z.string(),
  z.strictObject({
    threshold: z.string(),
    abortOnFail: z.boolean().default(false),
    /** Known, so that it can be refused by name. */
    delayAbortEval: z.unknown().optional(),
  }),
])

const rate = z.number().min(1).max(100_000)

/** In the words of k6, each read; what cannot be known here is refused by name. */
const thresholds = z.record(z.string(), z.array(written).min(1)).transform((given, context) =>
  Object.entries(given).flatMap(([metric, all]) =>
    all.map((one, at) => {
      const { threshold: is, abortOnFail } = typeof one === 'string' ? { threshold: one, abortOnFail: false } : one
      if (typeof one === 'object' && one.delayAbortEval !== undefined) {
        const message = 'a stage is judged when it is over: leave delayAbortEval out'
        context.addIssue({ code: 'custom', path: [metric, at, 'delayAbortEval'], message })
      }
      const read = thresholdOf(metric, is)
      if ('because' in read) context.addIssue({ code: 'custom', path: [metric, at], message: read.because })
      return { metric, is: is.trim(), ...(abortOnFail ? { abortOnFail } : {}) }
    }),
  ),
)

export const gateSchema = z.strictObject({
  thresholds: thresholds
    .prefault({
      http_req_duration: ['p(95)<500', 'p(99)<1000'],
      http_req_failed: ['rate<0.01'],
      goodput: ['rate>0.99'],
    })
    .describe(
      "Budgets in k6's words: `http_req_duration` (p(N), med, avg, min, max; ms), `http_req_failed` (rate), " +
        '`http_reqs` (rate, count), and `goodput` (rate: what was served of what was planned).',
    ),
  rate: rate.optional().describe('The rate that deploys are played at; absent: a share of the knee.'),
  from: rate.optional().describe('Where the search for the knee begins; absent: at the rate of the traffic.'),
  most: rate.default(10_000).describe('No higher rate is tried.'),
  share: z
    .string()
    .regex(/^([1-9]\d?|100)\s?%$/, 'no share: write a number from 1 to 100 and %, e.g. 50%')
    .transform((text) => Number(text.replace('%', '')) / 100)
    .prefault('50%')
    .describe('Of the knee, for the deploys.'),
  spike: z.number().min(1.8).max(100).default(1.8).describe('So many times that rate in the spike.'),
  step: lasting.prefault('4s').describe('Each step lasts so long at least.'),
  longestStep: lasting.prefault('30s').describe('And so long at most: rates that would need more are not tried.'),
})
export type GateFile = z.output<typeof gateSchema>

/** What a gate is held to where the file does not say. */
export const usualGate = (): GateFile => gateSchema.parse({})
