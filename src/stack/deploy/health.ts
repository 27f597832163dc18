import type { Scene } from '../scene.ts'
import { ports, type Service } from '../types.ts'

const paths = ['/', '/api/products']
const rounds = 3
const askLimitMs = 2_000

/** Real requests through a proxy, from inside: what a deploy's health check asks. */
export async function healthOf(scene: Scene, proxy: Service): Promise<{ healthy: boolean; because: string }> {
  const asked = Array.from({ length: rounds }, () => paths).flat()
  const answers = await Promise.all(asked.map((path) => statusOf(scene, proxy, path)))
  const bad = answers.filter((answer) => !/^[23]/.test(answer))
  if (bad.length === 0) return { healthy: true, because: `${asked.length} of ${asked.length} requests served` }
  return {
    healthy: false,
    because: `${bad.length} of ${asked.length} requests failed: ${[...new Set(bad)].join(', ')}`,
  }
}

async function statusOf(scene: Scene, proxy: Service, path: string): Promise<string> {
  try {
    const answer = await scene.stack.agent.forward({ host: proxy.name, port: ports.site, path, timeoutMs: askLimitMs })
    return `${answer.status} for ${path}`
  } catch {
    return `no answer for ${path}`
  }
}
