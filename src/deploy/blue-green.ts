import { BadgatewayError } from '../kit/errors.ts'
import { type MeasureAct, type ProxyService, type Release, type Scene, type Stack, writeBack } from '../stack/index.ts'
import { healthOf } from './health.ts'
import { changedRelease, changesBetween, readRelease } from './release.ts'
import { proveLive, workersOf } from './switch.ts'

/** The switch in front as it is when it forwards to this proxy, and says so. */
function pointedAt(edge: Release, { file, port }: { file: string; port: number }, hash: string): Release {
  const [proxy = ''] = hash.split(' ')
  const pass = `  listen ${port} backlog=1024;\n  proxy_connect_timeout 1s;\n  proxy_pass ${proxy}:${port};\n`
  const target = { path: file, content: Buffer.from(`server {\n${pass}}\n`) }
  return { ...changedRelease(edge, `to ${proxy}`, [target]), hash }
}

/** The switch in front of the proxy. SERVICE_UNKNOWN when there is none. */
export function edgeOf({ description, proxy }: Stack): { edge: ProxyService; file: string } {
  const { edge } = description.can
  if (edge) return { edge: proxy(edge.service), file: edge.file }
  throw new BadgatewayError('SERVICE_UNKNOWN', 'No switch stands in front of the proxy', 'A measure brings one.')
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
  const { stack } = scene
  const colour = `${stack.description.proxy.service}-green`
  const refused = await stack.addProxy(colour, candidate).then(() => undefined, refusalToStart)
  if (refused !== undefined) {
    const because = `the new colour did not start (${refused}) and never took traffic`
    return act('kept-off', because, { hash: candidate.hash, colour, refused })
  }
  const green = stack.proxy(colour)
  await scene.registerUndo({ verb: 'remove-container', container: green.containerId }, `remove ${colour}`)
  const health = await healthOf(scene, green)
  const evidence = { hash: candidate.hash, colour, health: health.because }
  if (!health.healthy) {
    await stack.remove(colour)
    return act(
      'kept-off',
      `the new colour failed its health check (${health.because}) and never took traffic`,
      evidence,
    )
  }
  const switched = await pointEdgeAt(scene, colour, candidate.hash)
  return act(switched.live ? 'switched' : 'kept-off', switched.because, { ...evidence, ...switched.evidence })
}

/** What a colour said that ended before it was ready; anything else that went wrong is no answer about it. */
function refusalToStart(thrown: unknown): string {
  if (thrown instanceof BadgatewayError && /Log stream ended/.test(thrown.message)) return thrown.message
  throw thrown
}

/** Sends all new connections to this proxy; proven by new workers of the switch. */
export async function pointEdgeAt(scene: Scene, proxy: string, hash: string) {
  const { edge, file } = edgeOf(scene.stack)
  const before = await workersOf(edge)
  const says = `${proxy} ${hash}`
  const now = await readRelease(edge, 'where it points now')
  const changes = changesBetween(now, pointedAt(now, { file, port: edge.place.port }, says))
  const held = await edge.readFiles(changes.map(({ path }) => path))
  await scene.registerUndo(writeBack(edge, held, 'HUP'), `point the switch back from ${proxy}`)
  await edge.writeFiles(changes)
  await edge.signal('HUP')
  return await proveLive(scene, edge, says, before)
}
