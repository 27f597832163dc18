import { z } from 'zod'
import { askProxy, type CachedAnswer, isStoredError } from '../../deploy/index.ts'
import { showMs } from '../../kit/duration.ts'
import { proxyName } from '../../stack/index.ts'
import { defineProbe, type View } from '../probe.ts'

const askLimitMs = 3_000
/** Caches here keep a page for a second, and may show it once more while they fetch it anew, ms. */
const keptMs = 3_000

/** Does the proxy answer from its cache, and is that what a server says now? */
export const cacheContent = defineProbe({
  kind: 'cache-content',
  about:
    'Asks for a page through the proxy and past it: cached error (and no server), outdated, stale but good, fresh, ' +
    'not cached, error.',
  finds: [
    'cached error',
    'cached error, and no server',
    'error, not from the cache',
    'not cached',
    'stale but good',
    'outdated',
    'fresh',
  ],
  fields: {
    path: z.string().startsWith('/'),
    /** On the incident's clock: what is older and differs from what the server says now is outdated. */
    olderThanMinutes: z.number().nonnegative().default(10),
    service: proxyName,
  },
  make: ({ path, olderThanMinutes, service }) => ({
    look: async (view) => {
      const { stack, wall, minuteMs } = view
      const answer = await askProxy(stack.proxy(service), path)
      const server = await askServer(view, path)
      const ageMs = answer.dateMs === null ? null : Math.max(0, wall() - answer.dateMs)
      const isOld = (ageMs ?? 0) > Math.max(olderThanMinutes * minuteMs, keptMs)
      const finding = findingOf(answer, server, isOld)
      const said = server === null ? 'does not answer' : `answers ${server.status}`
      const differs = server !== null && server.body !== answer.body
      const because = `through the proxy ${say(answer, ageMs)}; asked directly, the server ${said}`
      const evidence = {
        path,
        status: answer.status,
        cache: answer.cache,
        ageMs,
        direct: server?.status ?? null,
        differs,
      }
      return { finding, because, evidence: { ...evidence, proxy: cut(answer.body), server: cut(server?.body ?? '') } }
    },
  }),
})

type Served = Pick<CachedAnswer, 'status' | 'body'>

function findingOf(answer: CachedAnswer, server: Served | null, isOld: boolean): string {
  const isWell = server !== null && server.status < 400
  if (isStoredError(answer)) return isWell ? 'cached error' : 'cached error, and no server'
  if (answer.status >= 400 || answer.status === 0) return 'error, not from the cache'
  if (answer.cache === '') return 'not cached'
  if (!isWell) return 'stale but good'
  return isOld && answer.body !== server.body ? 'outdated' : 'fresh'
}

async function askServer({ stack }: View, path: string): Promise<Served | null> {
  const [server] = stack.servers(groupAt(stack, path))
  const answer = await server?.ask(path, { timeoutMs: askLimitMs })
  return answer && answer.status !== null ? { status: answer.status, body: answer.body } : null
}

/** The group whose location holds this path: the longest that fits. */
function groupAt({ description }: View['stack'], path: string): string | undefined {
  const fitting = Object.entries(description.upstreams).filter(([, { location = '/' }]) => path.startsWith(location))
  const lengthOf = (location = '/') => location.length
  return fitting.sort(([, a], [, b]) => lengthOf(b.location) - lengthOf(a.location))[0]?.[0]
}

function say({ status, cache }: CachedAnswer, ageMs: number | null): string {
  const from = [cache, ageMs !== null && cache !== '' && `${showMs(ageMs)} old`].filter(Boolean).join(', ')
  return `${status || 'no answer'}${from && ` (${from})`}`
}

const cut = (body: string) => body.trim().slice(0, 120)
