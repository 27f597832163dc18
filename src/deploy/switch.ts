import { pollUntil } from '../kit/clock.ts'
import type { Evidence } from '../kit/json.ts'
import type { ProxyService, Release, Scene, Service } from '../stack/index.ts'
import { untold } from './instruments.ts'
import { changesBetween, readRelease } from './release.ts'

const liveLimitMs = 8_000
const provingAnswers = 4
const askLimitMs = 1_000

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
 * on with the old configuration), so it is live only when new worker processes answer with the new release's hash. One
 * that would take away from the workers where they answer is not written.
 */
export async function switchRelease(scene: Place, proxy: ProxyService, from: Release, to: Release): Promise<Switched> {
  const why = untold(to)
  if (why !== undefined) {
    return { live: false, because: `no worker could report whether it is live: ${why}`, evidence: { hash: to.hash } }
  }
  const before = await workersOf(proxy)
  await proxy.writeFiles(changesBetween(from, to))
  const refused = await refusalOf(proxy)
  if (refused !== undefined) {
    return { live: false, because: `nginx -t refuses it: ${refused}`, evidence: { hash: to.hash, refused }, refused }
  }
  await proxy.signal('HUP')
  return await proveLive(scene, proxy, to.hash, before)
}

/**
 * Waits until new workers serve this hash. Without `before` (after a restart) any worker will do. Workers that do not
 * say what they have read have read what lies there: Nginx starts new ones for a configuration that it accepts only.
 */
export async function proveLive(
  scene: Place,
  proxy: ProxyService,
  hash: string,
  before: readonly string[] = [],
): Promise<Switched> {
  const started = scene.clock.now()
  let row = 0
  let seen = 'no answer'
  const workers = await pollUntil(
    async () => {
      seen = await servedHash(proxy)
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
export async function servedHash(proxy: ProxyService): Promise<string> {
  const { instrumented } = proxy
  if (instrumented) {
    const { status, body } = await proxy.ask(instrumented.release, { port: instrumented.port, timeoutMs: askLimitMs })
    return status === null ? 'no answer' : body.trim()
  }
  const [{ status }, { hash }] = await Promise.all([
    proxy.ask('/', { timeoutMs: askLimitMs }),
    readRelease(proxy, 'what lies there'),
  ])
  return status === null ? 'no answer' : hash
}

/** Process ids of the master's children, as the engine tells them: they run the same program. */
export async function workersOf(proxy: Pick<Service, 'processes'>): Promise<string[]> {
  const all = await proxy.processes()
  const isWorker = ({ parent, program }: (typeof all)[number]) =>
    all.some((other) => other.pid === parent && other.program === program)
  return all.filter(isWorker).map(({ pid }) => pid)
}

/** The line in which Nginx refuses what lies on disk, or in another folder; undefined when it accepts it. */
export async function refusalOf(
  { exec, place }: Pick<ProxyService, 'exec' | 'place'>,
  configuration?: string,
): Promise<string | undefined> {
  const { program = ['nginx'] } = place
  const test = await exec([...program, '-t', ...(configuration === undefined ? [] : ['-c', configuration])])
  return test.code === 0 ? undefined : emergency(test.output)
}

function emergency(output: string): string {
  const lines = output.split('\n')
  return (lines.find((line) => line.includes('[emerg]')) ?? lines[0] ?? '').trim()
}
