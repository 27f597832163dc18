import { z } from 'zod'
import { lastReleaseOf, releaseOf } from '../../deploy/index.ts'
import { ports } from '../../protocol/index.ts'
import { clockAtWall } from '../incident-clock.ts'
import { defineProbe, type View } from '../probe.ts'

const askLimitMs = 3_000

const heard = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.object({ name: z.string(), release: z.string() }),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
})

interface Heard {
  release: string
  /** First and last time that monitoring heard it, wall s. */
  from: number
  to: number
}

/** What the developers ask first: what changed last? Each server's own word, beside what monitoring heard before. */
export const runningRelease = defineProbe({
  kind: 'running-release',
  about: 'Compares the release that each server runs with the one it ran before: recent update, or no recent update.',
  finds: ['recent update', 'no recent update'],
  fields: { role: z.enum(['web', 'api']) },
  make: ({ role }) => ({
    look: async (view) => {
      const history = await historyOf(view, role)
      const servers = await Promise.all(
        view.stack.byRole(role).map(async ({ name }) => {
          const { agent } = view.stack
          const now = (await releaseOf(agent, name)) ?? (await lastReleaseOf(agent, name))
          const own = history.get(name) ?? []
          const since = own.find((one) => one.release === now)?.from
          const before = own.findLast((one) => one.release !== now && one.from < (since ?? 0))
          return { name, now, since, before: before?.release }
        }),
      )
      const updated = servers.filter(({ before }) => before !== undefined)
      const told = servers.map(({ name, now, since, before }) => {
        const runs = `${name} runs ${now ?? 'what nobody knows'}`
        return before === undefined
          ? runs
          : `${runs} since ${clockAtWall(view, (since ?? 0) * 1_000)}, ${before} before`
      })
      const evidence = Object.fromEntries(servers.map(({ name, now, before = null }) => [name, { now, before }]))
      const finding = updated.length > 0 ? 'recent update' : 'no recent update'
      return { finding, because: told.join('; '), evidence }
    },
  }),
})

/** What monitoring heard from each server since before the story, in that order. */
async function historyOf({ stack, wall, storyStartWallMs }: View, role: string): Promise<Map<string, Heard[]>> {
  const backS = Math.ceil((wall() - storyStartWallMs) / 1_000) + 60
  const query = encodeURIComponent(`shop_release_info{role="${role}"}[${backS}s]`)
  const wish = {
    host: 'monitoring',
    port: ports.prometheus,
    path: `/api/v1/query?query=${query}`,
    timeoutMs: askLimitMs,
  }
  const { body } = await stack.agent.forward(wish)
  const byServer = new Map<string, Heard[]>()
  for (const { metric, values } of heard.parse(JSON.parse(body)).data.result) {
    const times = values.map(([at]) => at)
    const one = { release: metric.release, from: Math.min(...times), to: Math.max(...times) }
    byServer.set(
      metric.name,
      [...(byServer.get(metric.name) ?? []), one].sort((a, b) => a.from - b.from),
    )
  }
  return byServer
}
