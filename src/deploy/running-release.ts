import { z } from 'zod'
import { type Agent, ports } from '../protocol/index.ts'

const askLimitMs = 1_000
/** How far back monitoring is asked: a server may have been down for that long. */
const heardWithin = '5m'

const health = z.object({ release: z.string() })
const heard = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.object({ release: z.string() }), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
})

/** The release that a server says it runs, in its health check; null: it gave no answer, or named none. */
export async function releaseOf(agent: Agent, server: string): Promise<string | null> {
  try {
    const wish = { host: server, port: ports.site, path: '/healthz', timeoutMs: askLimitMs }
    const { body } = await agent.forward(wish)
    return health.parse(JSON.parse(body)).release
  } catch {
    return null
  }
}

/** The release that monitoring last heard from a server, which may be down by now; null: none. AGENT_FAILED. */
export async function lastReleaseOf(agent: Agent, server: string): Promise<string | null> {
  const query = `shop_release_info{name="${server}"}[${heardWithin}]`
  const path = `/api/v1/query?query=${encodeURIComponent(query)}`
  const { body } = await agent.forward({ host: 'monitoring', port: ports.prometheus, path, timeoutMs: askLimitMs })
  const series = heard.parse(JSON.parse(body)).data.result
  const newest = series.map(({ metric, values }) => ({ release: metric.release, at: values.at(-1)?.[0] ?? 0 }))
  return newest.sort((a, b) => b.at - a.at)[0]?.release ?? null
}
