import type { ProxyService, Question, Scene, StackDescription, UpstreamDescription } from '../stack/index.ts'

/** A page of each upstream group. */
export function pagesOf({ upstreams }: StackDescription): Question[] {
  return Object.values(upstreams).map(pageOf)
}

/** The page of a group, asked as its users do. */
export function pageOf({ page: path, host }: Pick<UpstreamDescription, 'page' | 'host'>): Question {
  return { path, ...(host === undefined ? {} : { headers: { host } }) }
}

const rounds = 3
const askLimitMs = 2_000

/**
 * Real requests through a proxy, from inside: what a deploy's health check asks, three times. By default a page of each
 * group.
 */
export async function healthOf(
  { stack }: Pick<Scene, 'stack'>,
  proxy: ProxyService,
  questions: readonly Question[] = pagesOf(stack.description),
): Promise<{ healthy: boolean; because: string }> {
  const asked = Array.from({ length: rounds }, () => questions).flat()
  const answers = await Promise.all(asked.map((question) => statusOf(proxy, question)))
  const bad = answers.filter((answer) => !/^[23]/.test(answer))
  if (bad.length === 0) return { healthy: true, because: `${asked.length} of ${asked.length} requests served` }
  return {
    healthy: false,
    because: `${bad.length} of ${asked.length} requests failed: ${[...new Set(bad)].join(', ')}`,
  }
}

/** `200 for /`, `201 for POST /api/orders`, `no answer for /`. */
async function statusOf(proxy: ProxyService, { path, ...how }: Question): Promise<string> {
  const what = how.method === undefined ? path : `${how.method} ${path}`
  const { status } = await proxy.ask(path, { timeoutMs: askLimitMs, ...how })
  return status === null ? `no answer for ${what}` : `${status} for ${what}`
}
