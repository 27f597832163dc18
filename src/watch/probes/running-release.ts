import { lastReleaseOf, releaseOf } from '../../deploy/index.ts'
import { upstreamName } from '../../stack/index.ts'
import { clockAtWall } from '../incident-clock.ts'
import { defineProbe, type View } from '../probe.ts'

const askLimitMs = 3_000

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
  fields: { role: upstreamName },
  needs: ['versioned', 'monitoring'],
  make: ({ role }) => ({
    look: async (view) => {
      const history = await historyOf(view, role)
      const servers = await Promise.all(
        view.stack.servers(role).map(async (server) => {
          const { name } = server
          const now = (await releaseOf(server)) ?? (await lastReleaseOf(view.stack, name))
          const own = history.get(name) ?? []
          const since = own.find((one) => one.release === now)?.from
          const before = own.findLast((one) => one.release !== now && one.from < (since ?? 0))
          return { name, now, since, before: before?.release }
        }),
      )
      const updated = servers.filter(({ before }) => before !== undefined)
      const told = servers.map(({ name, now, since, before }) => {
        const runs = `${name} runs ${now ?? 'an unknown release'}`
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
  const { prometheus, description } = stack
  const metric = description.monitoring?.metrics.release
  const byServer = new Map<string, Heard[]>()
  if (!prometheus || metric === undefined) return byServer
  const found = await prometheus.series(`${metric}{role="${role}"}[${backS}s]`, { timeoutMs: askLimitMs })
  for (const { metric: labels, values } of found) {
    const times = values.map(([at]) => at)
    const name = labels['name'] ?? ''
    const one = { release: labels['release'] ?? '', from: Math.min(...times), to: Math.max(...times) }
    byServer.set(
      name,
      [...(byServer.get(name) ?? []), one].sort((a, b) => a.from - b.from),
    )
  }
  return byServer
}
