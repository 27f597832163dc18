import { z } from 'zod'
import { duration, lasting } from '../../kit/duration.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { defineProbe, type Observation, type View } from '../probe.ts'

const askLimitMs = 3_000
const lookEveryMs = 500

/** The two figures on everybody's dashboard. */
export const serviceLevels = defineProbe({
  kind: 'service-levels',
  about: 'Asks monitoring for error rate and response time at the gateway: errors, slow answers, both, or well.',
  finds: ['errors', 'slow answers', 'errors and slow answers', 'well'],
  fields: {
    /** How far back it looks. */
    over: lasting.default(4_000),
    /** Share of requests answered 500 or more from which there are errors, 0 … 1. */
    errorsFrom: z.number().min(0).max(1).default(0.02),
    /** Response time that one request in twenty exceeds, from which answers are slow. */
    slowFrom: lasting.default(500),
    /** For so long it is watched until all is well; absent: one look. */
    watch: duration.default(0),
  },
  needs: ['monitoring'],
  make: ({ watch, ...wish }) => ({
    look: async (view) => {
      const { clock } = view
      const until = clock.now() + watch
      for (;;) {
        const observation = await lookOnce(view, wish)
        if (observation.finding === 'well' || clock.now() + lookEveryMs > until) return observation
        await clock.sleep(lookEveryMs)
      }
    },
  }),
})

interface Wish {
  over: number
  errorsFrom: number
  slowFrom: number
}

async function lookOnce(view: View, { over, errorsFrom, slowFrom }: Wish): Promise<Observation> {
  const window = `[${Math.round(over / 1_000)}s]`
  const { requests = '', seconds = '' } = view.stack.description.monitoring?.metrics ?? {}
  const all = `sum(rate(${requests}${window}))`
  const [errors, p95, perS] = await Promise.all([
    ask(view, `sum(rate(${requests}{status=~"5.."}${window})) / ${all}`),
    ask(view, `histogram_quantile(0.95, sum by (le) (rate(${seconds}_bucket${window})))`),
    ask(view, all),
  ])
  const said = [errors >= errorsFrom && 'errors', p95 * 1_000 >= slowFrom && 'slow answers'].filter(Boolean)
  const figures = `${(errors * 100).toFixed(1)} % of ${Math.round(perS)} requests/s end in an error`
  const because = `in the last ${over / 1_000} s ${figures}, p95 is ${Math.round(p95 * 1_000)} ms`
  const evidence = { errorShare: errors, p95Ms: Math.round(p95 * 1_000), requestsPerS: Math.round(perS) }
  return { finding: said.join(' and ') || 'well', because, evidence }
}

/** One figure. MONITOR_FAILED when there is none: that nobody knows is not that all is well. */
async function ask({ stack }: View, query: string): Promise<number> {
  const samples = await stack.prometheus?.query(query, { timeoutMs: askLimitMs })
  const figure = Number(samples?.[0]?.value[1])
  if (Number.isFinite(figure)) return figure
  const hint = 'Does anybody ask the site for anything?'
  throw new BadgatewayError('MONITOR_FAILED', `Prometheus has no figure for: ${query}`, hint)
}
