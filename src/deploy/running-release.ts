import { z } from 'zod'
import type { Server, Stack } from '../stack/index.ts'

const askLimitMs = 1_000
/** How far back monitoring is asked: a server may have been down for that long. */
const heardWithin = '5m'

const health = z.object({ release: z.string() })

/** The release that a server says it runs, in its health check; null: it gave no answer, or named none. */
export async function releaseOf(server: Server): Promise<string | null> {
  const { body } = await server.ask(server.health, { timeoutMs: askLimitMs })
  try {
    return health.parse(JSON.parse(body)).release
  } catch {
    return null
  }
}

/** The release that monitoring last heard from a server, which may be down by now; null: none. MONITOR_FAILED. */
export async function lastReleaseOf(stack: Stack, server: string): Promise<string | null> {
  const { prometheus, description } = stack
  const metric = description.monitoring?.metrics.release
  if (!prometheus || metric === undefined) return null
  const series = await prometheus.series(`${metric}{name="${server}"}[${heardWithin}]`, { timeoutMs: askLimitMs })
  const newest = series.map(({ metric: labels, values }) => {
    return { release: labels['release'] ?? null, at: values.at(-1)?.[0] ?? 0 }
  })
  return newest.sort((a, b) => b.at - a.at)[0]?.release ?? null
}

/** Image of a release, by the stack's description; undefined: it is none of its releases. */
export const imageOfRelease = ({ description }: Stack, release: string): string | undefined => {
  const releases = description.can.versioned?.releases ?? {}
  return Object.hasOwn(releases, release) ? releases[release] : undefined
}
