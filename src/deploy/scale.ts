import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { ports } from '../protocol/index.ts'
import { type BackendRelease, backendReleases, fitServers } from '../shop/index.ts'
import { type Release, type Scene, type Service, writeBack } from '../stack/index.ts'
import { editedFiles, namedServers } from './edited.ts'
import { planned } from './planned.ts'
import { promiseBack } from './promise-back.ts'
import { changedRelease, currentRelease } from './release.ts'
import { lastReleaseOf, releaseOf } from './running-release.ts'
import { type Switched, switchRelease } from './switch.ts'

const targetsFile = '/etc/prometheus/prometheus.yml'
const scrapedWithinMs = 5_000
const askLimitMs = 1_000

type Role = 'web' | 'api'

/** Starts more servers of a role beside those there are, all at once; nobody sends them anything yet. */
export async function addServers(scene: Scene, role: Role, add: number, release: BackendRelease): Promise<Service[]> {
  const highest = Math.max(0, ...scene.stack.byRole(role).map(({ name }) => Number(name.split('-')[1])))
  return await allEnded(
    Array.from({ length: add }, async (_, index) => {
      const made = await scene.stack.addBackend(role, highest + 1 + index, { image: backendReleases[release] })
      await scene.promise({ verb: 'remove-container', container: made.containerId }, `remove the added ${made.name}`)
      return made
    }),
  )
}

/** Gives them their share of the users: a line each in the proxy's upstream, like the last one there. */
export function shareWith(scene: Scene, proxy: Service, servers: readonly Service[]): Promise<Switched> {
  return planned(scene, async () => {
    const current = await currentRelease(scene, proxy)
    const wider = withServers(
      current,
      servers.map(({ name }) => name),
    )
    await promiseBack(scene, proxy, current, wider)
    const switched = await switchRelease(scene, proxy, current, wider)
    if (!switched.live) return switched
    scene.releases.record(wider)
    return switched
  })
}

/** The same with these servers beside those of their role. */
export function withServers(release: Release, names: readonly string[]): Release {
  const role = names[0]?.split('-')[0] ?? ''
  const files = editedFiles(release, (edit) => {
    const last = namedServers(edit).findLast(({ host }) => new RegExp(`^${role}-\\d+$`).test(host))
    if (!last) return
    const [, ...options] = last.directive.args
    const lines = names.map((name) => `server ${[`${name}:${last.port}`, ...options].join(' ')};`)
    for (const line of lines) edit.addAfter(last.directive, line)
  })
  if (files.length === 0) {
    throw new BadgatewayError('SERVICE_UNKNOWN', `The configuration names no server of '${role}'`, 'See its upstreams.')
  }
  return changedRelease(release, `with ${names.join(', ')}`, files)
}

/** Lets monitoring watch them too; false when it does not see all of them within 5 s. */
export async function watchToo(scene: Scene, servers: readonly Service[]): Promise<boolean> {
  const { stack, clock, signal } = scene
  const [monitoring] = stack.byRole('monitoring')
  if (!monitoring) return false
  const before = await monitoring.readFiles([targetsFile])
  const text = before[0]?.content?.toString('utf8') ?? ''
  const counts = { web: stack.byRole('web').length, api: stack.byRole('api').length }
  // Read at a reload only; the container goes with the run.
  await scene.promise(writeBack(monitoring, before, null), 'forget the added servers in monitoring')
  await monitoring.writeFiles([{ path: targetsFile, content: Buffer.from(fitServers(text, counts)) }])
  const prometheus = { host: 'monitoring', port: ports.prometheus, timeoutMs: askLimitMs }
  // Prometheus answers a reload when it is done, and is slow on a busy machine; whether it was is seen below.
  await stack.agent.forward({ ...prometheus, path: '/-/reload', method: 'POST' }).catch(() => undefined)
  const query = encodeURIComponent('up{job="backend"} == 1')
  const seen = async () => {
    const answer = await stack.agent
      .forward({ ...prometheus, path: `/api/v1/query?query=${query}` })
      .catch(() => undefined)
    return answer && servers.every(({ name }) => answer.body.includes(`"${name}"`)) ? true : undefined
  }
  return (await pollUntil(seen, { withinMs: scrapedWithinMs, everyMs: 100, clock, signal })) ?? false
}

/** What most servers of a role run, or ran when monitoring last heard of them. */
export async function usualRelease({ stack }: Scene, role: Role): Promise<BackendRelease> {
  const { agent } = stack
  const said = await Promise.all(
    stack.byRole(role).map(async ({ name }) => (await releaseOf(agent, name)) ?? (await lastReleaseOf(agent, name))),
  )
  const count = (release: string) => said.filter((one) => one === release).length
  const [most] = Object.keys(backendReleases).sort((a, b) => count(b) - count(a)) as BackendRelease[]
  if (most && count(most) > 0) return most
  throw new BadgatewayError('SERVICE_UNKNOWN', `No server of '${role}' says which release it runs`, 'Name one.')
}
