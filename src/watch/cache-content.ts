import { z } from 'zod'
import { askProxy, type CachedAnswer, isStoredError } from '../stack/proxy-cache.ts'
import { ports, type Role } from '../stack/types.ts'
import { defineProbe, type View } from './probe.ts'

/** What good answers may be kept for by a cache that helps: what is older and the same is not fresh. */
const freshMs = 1_500
const askLimitMs = 3_000

/** Does the proxy answer from its cache, and is that what a server says now? */
export const cacheContent = defineProbe({
  kind: 'cache-content',
  about: 'Asks for one page through the proxy and past it: cached error, outdated, stale but good, fresh, or error.',
  fields: { path: z.string().startsWith('/'), service: z.string().default('proxy') },
  make: ({ path, service }) => ({
    look: async (view) => {
      const { stack, clock } = view
      const proxy = stack.service(service)
      const first = await askProxy(stack.agent, proxy, path)
      const server = await askServer(view, path)
      // A page that is only seconds old is asked for again, before it is called outdated.
      const again = first.cache !== '' && first.status < 400 && server?.body !== first.body
      if (again) await clock.sleep(freshMs)
      const second = again ? await askProxy(stack.agent, proxy, path) : first
      const now = again ? await askServer(view, path) : server
      const finding = findingOf(second, now, second.body === first.body)
      const because = `through the proxy ${say(second)}; asked directly, the server ${now ? `answers ${now.status}` : 'does not answer'}`
      const evidence = { path, status: second.status, cache: second.cache, direct: now?.status ?? null }
      return { finding, because, evidence: { ...evidence, proxy: cut(second.body), server: cut(now?.body ?? '') } }
    },
  }),
})

function findingOf(answer: CachedAnswer, server: CachedAnswer | null, unchanged: boolean): string {
  const isWell = server !== null && server.status < 400
  if (isStoredError(answer)) return isWell ? 'cached error' : 'cached error, as from the server'
  if (answer.status >= 400 || answer.status === 0) return 'error, not from the cache'
  if (answer.cache === '') return 'not cached'
  if (!isWell) return 'stale but good'
  return unchanged && answer.body !== server.body ? 'outdated' : 'fresh'
}

async function askServer({ stack }: View, path: string): Promise<CachedAnswer | null> {
  const role: Role = path.startsWith('/api/') ? 'api' : 'web'
  const [server] = stack.byRole(role)
  if (!server) return null
  const wish = { host: server.name, port: ports.site, path, timeoutMs: askLimitMs }
  return await stack.agent.forward(wish).then(
    ({ status, body }) => ({ status, cache: '', body }),
    () => null,
  )
}

const say = ({ status, cache }: CachedAnswer) => `${status || 'no answer'}${cache && ` (${cache})`}`
const cut = (body: string) => body.trim().slice(0, 120)
