import type { Json } from '../kit/json.ts'
import { ports } from '../protocol/index.ts'
import type { Scene, Service } from '../stack/index.ts'

/** One real request, and what a page of the shop is asked with it. */
export interface Question {
  path: string
  method?: 'POST'
  body?: Json
}

const pages: readonly Question[] = [{ path: '/' }, { path: '/api/products' }]
const rounds = 3
const askLimitMs = 2_000

/** Real requests through a proxy, from inside: what a deploy's health check asks. By default two pages, three times. */
export async function healthOf(
  scene: Pick<Scene, 'stack'>,
  proxy: Service,
  questions = pages,
): Promise<{ healthy: boolean; because: string }> {
  const asked = Array.from({ length: rounds }, () => questions).flat()
  const answers = await Promise.all(asked.map((question) => statusOf(scene, proxy, question)))
  const bad = answers.filter((answer) => !/^[23]/.test(answer))
  if (bad.length === 0) return { healthy: true, because: `${asked.length} of ${asked.length} requests served` }
  return {
    healthy: false,
    because: `${bad.length} of ${asked.length} requests failed: ${[...new Set(bad)].join(', ')}`,
  }
}

/** `200 for /`, `201 for POST /api/orders`, `no answer for /`. */
async function statusOf({ stack }: Pick<Scene, 'stack'>, proxy: Service, question: Question): Promise<string> {
  const { path, method } = question
  const what = method === undefined ? path : `${method} ${path}`
  try {
    const wish = { host: proxy.name, port: ports.site, timeoutMs: askLimitMs, ...question }
    const { status } = await stack.agent.forward(wish)
    return `${status} for ${what}`
  } catch {
    return `no answer for ${what}`
  }
}
