import { pollUntil } from '../kit/clock.ts'
import type { Evidence } from '../kit/json.ts'
import { ports } from '../protocol/index.ts'
import type { Release, Scene, Service } from '../stack/index.ts'
import { changesBetween } from './release.ts'

const liveLimitMs = 8_000
const provingAnswers = 4

type Place = Pick<Scene, 'stack' | 'clock' | 'signal'>

export interface Switched {
  live: boolean
  because: string
  evidence: Evidence
  /** What `nginx -t` had against it; absent when it was accepted. */
  refused?: string
}

/**
 * Writes a release into a running proxy and reloads it. A reload's return code proves nothing (Nginx answers 0 and goes
 * on with the old configuration), so it is live only when new worker processes answer with the new release's hash.
 */
export async function switchRelease(scene: Place, proxy: Service, from: Release, to: Release): Promise<Switched> {
  const before = await workersOf(proxy)
  await proxy.writeFiles(changesBetween(from, to))
  const refused = await refusalOf(proxy)
  if (refused !== undefined) {
    return { live: false, because: `nginx -t refuses it: ${refused}`, evidence: { hash: to.hash, refused }, refused }
  }
  await proxy.signal('HUP')
  return await proveLive(scene, proxy, to.hash, before)
}

/** Waits until new workers serve this hash. Without `before` (after a restart) any worker will do. */
export async function proveLive(
  scene: Place,
  proxy: Service,
  hash: string,
  before: readonly string[] = [],
): Promise<Switched> {
  const started = scene.clock.now()
  let row = 0
  let seen = 'no answer'
  const workers = await pollUntil(
    async () => {
      seen = await servedHash(scene, proxy)
      row = seen === hash ? row + 1 : 0
      if (row < provingAnswers) return undefined
      const now = await workersOf(proxy)
      return now.some((pid) => !before.includes(pid)) ? now : undefined
    },
    { withinMs: liveLimitMs, everyMs: 20, clock: scene.clock, signal: scene.signal },
  )
  const tookMs = Math.round(scene.clock.now() - started)
  if (!workers) {
    const because = `after ${tookMs} ms the proxy still serves release ${seen}, not ${hash}`
    return { live: false, because, evidence: { hash, served: seen } }
  }
  const because = `new workers (${workers.join(', ')}) serve release ${hash}, ${tookMs} ms after the reload`
  return { live: true, because, evidence: { hash, workersBefore: [...before], workersAfter: workers, tookMs } }
}

/** The hash that the proxy answers with, or why it did not answer. */
export async function servedHash(scene: Place, proxy: Service): Promise<string> {
  try {
    const answer = await scene.stack.agent.forward({
      host: proxy.name,
      port: ports.proxyStatus,
      path: '/config-hash',
      timeoutMs: 1_000,
    })
    return answer.body.trim()
  } catch {
    return 'no answer'
  }
}

/** Process ids of the master's children, as its container counts them. */
export async function workersOf(proxy: Service): Promise<string[]> {
  const { output } = await proxy.exec(['cat', '/proc/1/task/1/children'])
  return output.trim().split(/\s+/).filter(Boolean)
}

/** The line in which Nginx refuses what lies on disk, or in another folder; undefined when it accepts it. */
export async function refusalOf(proxy: Service, configuration?: string): Promise<string | undefined> {
  const test = await proxy.exec(['nginx', '-t', ...(configuration === undefined ? [] : ['-c', configuration])])
  return test.code === 0 ? undefined : emergency(test.output)
}

function emergency(output: string): string {
  const lines = output.split('\n')
  return (lines.find((line) => line.includes('[emerg]')) ?? lines[0] ?? '').trim()
}
