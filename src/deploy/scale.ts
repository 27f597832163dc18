import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { type ProxyService, type Release, type Scene, type Server, type Service, writeBack } from '../stack/index.ts'
import { editedFiles, namedServers } from './edited.ts'
import { planned } from './planned.ts'
import { registerRestore } from './register-restore.ts'
import { changedRelease, currentRelease } from './release.ts'
import { imageOf } from './rolling.ts'
import { lastReleaseOf, releaseOf } from './running-release.ts'
import { type Switched, switchRelease } from './switch.ts'

const scrapedWithinMs = 5_000
const askLimitMs = 1_000

/** Starts more servers of a role beside those there are, all at once; nobody sends them anything yet. */
export async function addServers(scene: Scene, role: string, add: number, release: string): Promise<Service[]> {
  const image = imageOf(scene, release)
  const highest = highestOf(scene.stack.servers(role))
  return await allEnded(
    Array.from({ length: add }, async (_, index) => {
      const made = await scene.stack.addBackend(role, highest + 1 + index, { image })
      await scene.registerUndo(
        { verb: 'remove-container', container: made.containerId },
        `remove the added ${made.name}`,
      )
      return made
    }),
  )
}

/** Gives them their share of the users: a line each in the proxy's upstream, like the last one there. */
export function shareWith(scene: Scene, proxy: ProxyService, servers: readonly Service[]): Promise<Switched> {
  return planned(scene, async () => {
    const current = await currentRelease(scene, proxy)
    const names = servers.map(({ name }) => name)
    const wider = withServers(current, servers[0]?.role ?? '', names)
    await registerRestore(scene, proxy, current, wider)
    const switched = await switchRelease(scene, proxy, current, wider)
    if (!switched.live) return switched
    scene.releases.record(wider)
    return switched
  })
}

/** The same with these servers beside those of their group. */
export function withServers(release: Release, group: string, names: readonly string[]): Release {
  const files = editedFiles(release, (edit) => {
    const last = namedServers(edit).findLast(({ directive }) => directive.parent?.args[0] === group)
    if (!last) return
    const [, ...options] = last.directive.args
    const lines = names.map((name) => `server ${[`${name}:${last.port}`, ...options].join(' ')};`)
    for (const line of lines) edit.addAfter(last.directive, line)
  })
  if (files.length === 0) {
    throw new BadgatewayError(
      'SERVICE_UNKNOWN',
      `The configuration names no server of '${group}'`,
      'See its upstreams.',
    )
  }
  return changedRelease(release, `with ${names.join(', ')}`, files)
}

/** The highest number at the end of a server's name; 0: none has one. */
export function highestOf(servers: readonly Pick<Server, 'name'>[]): number {
  return Math.max(0, ...servers.map(({ name }) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0)))
}

/** Lets monitoring watch them too; false when it does not see all of them within 5 s. */
export async function watchToo(scene: Scene, servers: readonly Service[]): Promise<boolean> {
  const { stack, clock, signal } = scene
  const { monitoring, upstreams } = stack.description
  const { prometheus } = stack
  if (!monitoring?.servers || !prometheus) return false
  const { file, job } = monitoring.servers
  const service = stack.services.find(({ name }) => name === monitoring.service)
  if (!service) return false
  const before = await service.readFiles([file])
  const text = before[0]?.content?.toString('utf8') ?? ''
  const counts = Object.fromEntries(Object.keys(upstreams).map((name) => [name, stack.servers(name).length]))
  // Read at a reload only; the container goes with the run.
  await scene.registerUndo(writeBack(service, before, null), 'forget the added servers in monitoring')
  await service.writeFiles([{ path: file, content: Buffer.from(monitoring.servers.fit(text, counts)) }])
  // Prometheus answers a reload when it is done, and is slow on a busy machine; whether it was is seen below.
  await prometheus.reload({ timeoutMs: askLimitMs }).catch(() => undefined)
  const seen = async () => {
    const up = await prometheus.query(`up{job="${job}"} == 1`, { timeoutMs: askLimitMs }).catch(() => [])
    const isUp = ({ name }: Service) => up.some(({ metric }) => Object.values(metric).includes(name))
    return servers.every(isUp) ? true : undefined
  }
  return (await pollUntil(seen, { withinMs: scrapedWithinMs, everyMs: 100, clock, signal })) ?? false
}

/** What most servers of a group run, or ran when monitoring last heard of them. */
export async function usualRelease({ stack }: Scene, role: string): Promise<string> {
  const said = await Promise.all(
    stack.servers(role).map(async (server) => (await releaseOf(server)) ?? (await lastReleaseOf(stack, server.name))),
  )
  const count = (release: string) => said.filter((one) => one === release).length
  const releases = Object.keys(stack.description.can.versioned?.releases ?? {})
  const [most] = releases.sort((a, b) => count(b) - count(a))
  if (most !== undefined && count(most) > 0) return most
  throw new BadgatewayError('SERVICE_UNKNOWN', `No server of '${role}' says which release it runs`, 'Name one.')
}
