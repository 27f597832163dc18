import { pollUntil } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { Evidence } from '../kit/json.ts'
import { type ProxyService, type Release, replaceService, type Scene, type Server } from '../stack/index.ts'
import { editedFiles, namedServers } from './edited.ts'
import { planned } from './planned.ts'
import { registerRestore } from './register-restore.ts'
import { changedRelease, readRelease } from './release.ts'
import { imageOfRelease, releaseOf } from './running-release.ts'
import { switchRelease, workersOf } from './switch.ts'

/** What old workers of the proxy are given to end their open requests. */
const drainLimitMs = 4_000
/** What a new server is given to say what it runs. */
const sayLimitMs = 5_000

export interface Rollout {
  servers: readonly Server[]
  release: string
  /** Takes each server out of the proxy's upstream before, so that no request is under way when it ends. */
  drain: boolean
  /** Absent: the proxy of the description. */
  proxy?: string | undefined
}

export interface RolledOut {
  because: string
  evidence: Evidence
}

/**
 * Puts another release on servers, one after the other: each gets a new container of that release's image, which must
 * say
 * that it runs it. The configuration of the proxy is afterwards what it was. SERVICE_NOT_READY when a server says
 * otherwise.
 */
export function rollOut(scene: Scene, rollout: Rollout): Promise<RolledOut> {
  return planned(scene, () => rollOutInTurn(scene, rollout))
}

async function rollOutInTurn(scene: Scene, { servers, release, drain, proxy: name }: Rollout): Promise<RolledOut> {
  const began = scene.clock.now()
  const image = imageOf(scene, release)
  const proxy = scene.stack.proxy(name)
  const whole = scene.releases.current ?? (await readRelease(proxy, 'the last good release'))
  let serving = whole
  const serve = async (next: Release) => {
    await goTo(scene, proxy, serving, next)
    serving = next
  }
  const before: Record<string, string | null> = {}
  for (const server of servers) {
    before[server.name] = await releaseOf(server)
    const without = drain ? withoutServer(whole, server.name) : undefined
    if (without && serving === whole) await registerRestore(scene, proxy, whole, without)
    if (without) await serve(without)
    await replaceService(scene, server.name, { image })
    await expectRelease(scene, server, release)
  }
  if (serving !== whole) await serve(whole)
  const tookMs = Math.round(scene.clock.now() - began)
  const names = servers.map((server) => server.name)
  const because = `${names.join(', ')} run ${release}, as they say themselves, ${tookMs} ms after the roll-out began`
  return { because, evidence: { servers: names, release, before, drained: drain, tookMs } }
}

/** The same with this server's users sent elsewhere; undefined when there is nowhere else. */
export function withoutServer(release: Release, name: string): Release | undefined {
  let hasOthers = false
  const files = editedFiles(release, (edit) => {
    const all = namedServers(edit)
    const groups = all.filter(({ host }) => host === name).map(({ directive }) => directive.parent)
    for (const { directive, host } of all) {
      if (host === name) edit.server(directive).option('down')
      else if (groups.includes(directive.parent)) hasOthers = true
    }
  })
  return hasOthers ? changedRelease(release, `without ${name}`, files) : undefined
}

/** SERVICE_UNKNOWN when this stack has no such release. */
export function imageOf({ stack }: Pick<Scene, 'stack'>, release: string): string {
  const image = imageOfRelease(stack, release)
  if (image !== undefined) return image
  const there = Object.keys(stack.description.can.versioned?.releases ?? {}).join(', ') || 'none'
  throw new BadgatewayError('SERVICE_UNKNOWN', `There is no release '${release}'`, `There are: ${there}.`)
}

/** Another configuration, proven to serve, and nobody at work any more who has the old one. */
export async function goTo(scene: Scene, proxy: ProxyService, from: Release, to: Release): Promise<void> {
  const old = await workersOf(proxy)
  const switched = await switchRelease(scene, proxy, from, to)
  if (!switched.live) {
    const hint = 'Its configuration is put back when the run ends.'
    throw new BadgatewayError(
      'SERVICE_NOT_READY',
      `${proxy.name} does not serve '${to.name}': ${switched.because}`,
      hint,
    )
  }
  const gone = async () => ((await workersOf(proxy)).some((pid) => old.includes(pid)) ? undefined : true)
  const { clock, signal } = scene
  await pollUntil(gone, { withinMs: drainLimitMs, everyMs: 20, clock, signal })
}

async function expectRelease(scene: Scene, server: Server, release: string): Promise<void> {
  const { clock, signal } = scene
  // One that is busy with its users may be slow to say; what it says counts at once.
  const ask = async () => (await releaseOf(server)) ?? undefined
  const said = (await pollUntil(ask, { withinMs: sayLimitMs, everyMs: 100, clock, signal })) ?? null
  if (said === release) return
  const runs = said === null ? 'does not say what it runs' : `says ${said}`
  const message = `${server.name} should run ${release} and ${runs}`
  throw new BadgatewayError('SERVICE_NOT_READY', message, 'Is its image another one? See --image.')
}
