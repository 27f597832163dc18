import { pollUntil } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { type MeasureAct, type ProxyService, type Release, replaceService, type Scene } from '../stack/index.ts'
import { pointEdgeAt } from './blue-green.ts'
import { hashOfFiles } from './drift.ts'
import { healthOf } from './health.ts'
import { readRelease } from './release.ts'

/** Shorter than the switch in front keeps connections to where they were (`worker_shutdown_timeout`). */
const emptyLimitMs = 3_500
const endLimitMs = 10_000

/** What became of a patch: the proxy that serves now, and what a measure did about it. */
export interface Patched {
  proxy: ProxyService
  because: string
  acts: MeasureAct[]
}

/**
 * Puts another image's Nginx in the proxy's place, with every file of the configuration that is live. Without the
 * measure `drain-and-swap` the container itself is replaced, and nobody is there meanwhile.
 */
export async function patchProxy(scene: Scene, proxy: ProxyService, image: string): Promise<Patched> {
  const current = await readRelease(proxy, 'the configuration that is kept')
  if (!scene.releases.good) scene.releases.record(current)
  const drained = scene.measures.has('drain-and-swap')
  const patched = drained
    ? await drainAndSwap(scene, proxy, current, image)
    : await inPlace(scene, proxy, current, image)
  const kept = hashOfFiles(await readRelease(patched.proxy, 'what lies there now'))
  if (kept === hashOfFiles(current)) return patched
  const message = `The configuration of ${patched.proxy.name} is not the one that ${proxy.name} had`
  throw new BadgatewayError('INTERNAL', message, 'It is put back when the run ends.')
}

async function inPlace(scene: Scene, proxy: ProxyService, { files, hash }: Release, image: string): Promise<Patched> {
  const began = scene.clock.now()
  await replaceService(scene, proxy.name, { image, contents: files, release: hash })
  const tookMs = Math.round(scene.clock.now() - began)
  return {
    proxy: scene.stack.proxy(proxy.name),
    because: `${proxy.name} was replaced in place, which took ${tookMs} ms`,
    acts: [],
  }
}

/** The new one beside the old one: a reload of the switch moves the traffic, and the old one ends what it has begun. */
async function drainAndSwap(scene: Scene, old: ProxyService, current: Release, image: string): Promise<Patched> {
  const began = scene.clock.now()
  const nextName = `${scene.stack.description.proxy.service}-next`
  await scene.stack.addProxy(nextName, current, image)
  const next = scene.stack.proxy(nextName)
  await scene.registerUndo({ verb: 'remove-container', container: next.containerId }, `remove ${nextName}`)
  const health = await healthOf(scene, next)
  const act = (action: MeasureAct['action'], because: string): MeasureAct => {
    const tookMs = scene.clock.now() - began
    return { measure: 'drain-and-swap', action, because, tookMs, evidence: { image, health: health.because } }
  }
  const unwell = `${nextName} is not well and got no traffic: ${health.because}`
  if (!health.healthy) return { proxy: old, because: unwell, acts: [act('kept-off', unwell)] }
  const switched = await pointEdgeAt(scene, nextName, current.hash)
  if (!switched.live) return { proxy: old, because: switched.because, acts: [act('kept-off', switched.because)] }
  await scene.registerUndo({ verb: 'start', container: old.containerId }, `start ${old.name} again`)
  const drain = await drained(scene, old)
  const because = `${nextName} serves beside it (${switched.because}); ${drain}`
  return { proxy: next, because, acts: [act('switched', because)] }
}

/**
 * The old one's connections end one after the other, each after an answer (overlay `drainable`). QUIT closes what is
 * idle, and a request that is just on its way to it would be lost: so it comes when nobody is there any more.
 */
async function drained({ clock, signal }: Scene, old: ProxyService): Promise<string> {
  const began = clock.now()
  const tookMs = () => Math.round(clock.now() - began)
  const empty = async () => ((await connectionsOf(old)) <= 1 ? true : undefined)
  const isEmpty = await pollUntil(empty, { withinMs: emptyLimitMs, everyMs: 50, clock, signal })
  const left = isEmpty
    ? `no connection was left on ${old.name} after ${tookMs()} ms`
    : `${old.name} had connections left`
  await old.signal('QUIT')
  const gone = async () => ((await old.state()).running ? undefined : true)
  if (await pollUntil(gone, { withinMs: endLimitMs, everyMs: 50, clock, signal })) return `${left}, and it ended`
  return `${left}, and it did not end within ${endLimitMs} ms`
}

/** Open ones, that of whoever asks included. */
async function connectionsOf({ instrumented, ask }: ProxyService): Promise<number> {
  const { body } = instrumented ? await ask(instrumented.counters, { port: instrumented.port }) : { body: '' }
  return Number(/Active connections: (\d+)/.exec(body)?.[1] ?? Number.NaN)
}
