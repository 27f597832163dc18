import { BadgatewayError } from '../kit/errors.ts'
import { type MeasureAct, type Release, type Scene, type Service, writeBack } from '../stack/index.ts'
import { healthOf } from './health.ts'
import { releaseFile, releaseText } from './release.ts'
import { proveLive, workersOf } from './switch.ts'

const colours = { blue: 'proxy', green: 'proxy-green' } as const
const targetFile = '/etc/nginx/conf.d/target.stream'

/** What the switch in front forwards to: its one configuration file. */
function targetOf(proxy: string, hash: string): { path: string; content: Buffer }[] {
  const text = `server {\n  listen 8080 backlog=1024;\n  proxy_connect_timeout 1s;\n  proxy_pass ${proxy}:8080;\n}\n`
  return [
    { path: targetFile, content: Buffer.from(text) },
    { path: releaseFile, content: releaseText(`${proxy} ${hash}`) },
  ]
}

/**
 * Starts the new release as a second proxy and asks it real questions before it gets any traffic. A bad colour is
 * removed again; a good one gets the traffic by a reload of the switch in front, which is proven like any other.
 */
export async function deployBlueGreen(scene: Scene, candidate: Release): Promise<MeasureAct> {
  const started = scene.clock.now()
  const act = (action: 'kept-off' | 'switched', because: string, evidence: MeasureAct['evidence']): MeasureAct => ({
    measure: 'blue-green',
    action,
    because,
    tookMs: scene.clock.now() - started,
    evidence,
  })
  const green = await scene.stack.addProxy(colours.green, candidate.files).catch(refusalToStart)
  if (typeof green === 'string') {
    const because = `the new colour did not start (${green}) and never took traffic`
    return act('kept-off', because, { hash: candidate.hash, colour: colours.green, refused: green })
  }
  const health = await healthOf(scene, green)
  const evidence = { hash: candidate.hash, colour: colours.green, health: health.because }
  if (!health.healthy) {
    await scene.stack.remove(colours.green)
    return act(
      'kept-off',
      `the new colour failed its health check (${health.because}) and never took traffic`,
      evidence,
    )
  }
  const edge = scene.stack.service('edge')
  const switched = await pointEdgeAt(scene, edge, colours.green, candidate.hash)
  return act(switched.live ? 'switched' : 'kept-off', switched.because, { ...evidence, ...switched.evidence })
}

/** What a colour said that ended before it was ready; anything else that went wrong is no answer about it. */
function refusalToStart(thrown: unknown): string {
  if (thrown instanceof BadgatewayError && /Log stream ended/.test(thrown.message)) return thrown.message
  throw thrown
}

/** Sends all new connections to this proxy; proven by new workers of the switch. */
export async function pointEdgeAt(scene: Scene, edge: Service, proxy: string, hash: string) {
  const before = await workersOf(edge)
  const target = targetOf(proxy, hash)
  const held = await edge.readFiles(target.map((file) => file.path))
  await scene.promise(writeBack(edge, held, 'HUP'), `point the switch back from ${proxy}`)
  await edge.writeFiles(target)
  await edge.signal('HUP')
  return await proveLive(scene, edge, `${proxy} ${hash}`, before)
}
