import { pollUntil } from '../../kit/clock.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { Evidence } from '../../kit/json.ts'
import type { ProxyService, Release, Scene, Server } from '../../stack/index.ts'
import { planned } from '../planned.ts'
import { registerRestore } from '../register-restore.ts'
import { readRelease } from '../release.ts'
import { goTo, withoutServer } from '../rolling.ts'
import { proveLive, type Switched, workersOf } from '../switch.ts'

/** What a server that was started again is given to answer. */
const answersLimitMs = 30_000
const askLimitMs = 1_000

export interface RollingRestart {
  readonly servers: readonly Server[]
  /** Takes each server out of the proxy's upstream before, so that no request is under way when it ends. */
  readonly drain: boolean
  /** Absent: the proxy of the description. */
  readonly proxy?: string | undefined
}

/** Can each of these servers be taken out of the configuration that lies there, with another one beside it? */
export async function canDrain(proxy: ProxyService, servers: readonly Pick<Server, 'name'>[]): Promise<boolean> {
  const whole = await readRelease(proxy, 'what is on disk')
  return servers.every(({ name }) => withoutServer(whole, name) !== undefined)
}

/**
 * Restarts servers one after the other, each when the one before answers again. The configuration of the proxy is
 * afterwards what it was. SERVICE_NOT_READY when a server does not come back, or cannot be drained and should be.
 */
export function restartInTurn(scene: Scene, restart: RollingRestart): Promise<{ because: string; evidence: Evidence }> {
  return planned(scene, () => restartAll(scene, restart))
}

async function restartAll(scene: Scene, { servers, drain, proxy: name }: RollingRestart) {
  const began = scene.clock.now()
  const proxy = scene.stack.proxy(name)
  const whole = await readRelease(proxy, 'what is on disk')
  let serving = whole
  const serve = async (next: Release) => {
    await goTo(scene, proxy, serving, next)
    serving = next
  }
  for (const server of servers) {
    const without = drain ? withoutServer(whole, server.name) : undefined
    if (drain && !without) throw notReady(`${server.name} cannot be taken out of the configuration`)
    if (without && serving === whole) await registerRestore(scene, proxy, whole, without)
    if (without) await serve(without)
    await server.restart()
    await untilAnswers(scene, server)
  }
  if (serving !== whole) await serve(whole)
  const tookMs = Math.round(scene.clock.now() - began)
  const names = servers.map((server) => server.name)
  const how = drain ? 'drained and restarted' : 'restarted'
  return { because: `${names.join(', ')} ${how} in turn in ${tookMs} ms`, evidence: { servers: names, drain, tookMs } }
}

async function untilAnswers({ clock, signal }: Scene, server: Server): Promise<void> {
  const ask = async () => ((await server.healthy({ timeoutMs: askLimitMs })) ? true : undefined)
  if (await pollUntil(ask, { withinMs: answersLimitMs, everyMs: 50, clock, signal })) return
  throw notReady(`${server.name} does not answer ${answersLimitMs} ms after its restart`)
}

const notReady = (why: string) =>
  new BadgatewayError('SERVICE_NOT_READY', why, 'What was changed is put back when the run ends.')

/** Lets the proxy read again what lies on its disk, and waits until new workers serve it. */
export function reload(scene: Scene, proxy: ProxyService): Promise<Switched> {
  return planned(scene, async () => {
    const [before, { hash }] = await Promise.all([workersOf(proxy), readRelease(proxy, 'what is on disk')])
    await proxy.signal('HUP')
    return await proveLive(scene, proxy, hash, before)
  })
}
