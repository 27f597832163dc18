import { dirname } from 'node:path/posix'
import type { FileContent, MeasureAct, ProxyService, Release, Scene } from '../stack/index.ts'
import { structureOf } from './edited.ts'
import { writtenFiles } from './instruments.ts'
import { upstreamServers } from './release.ts'
import { refusalOf } from './switch.ts'

const candidateFolder = '/tmp/badgateway-candidate'
const reachLimitMs = 1_000

/**
 * What a pipeline can know before the switch: is the syntax right, and does every upstream answer from where the proxy
 * stands? The first alone would have let the incident through.
 */
export async function validateRelease(scene: Scene, proxy: ProxyService, candidate: Release): Promise<MeasureAct> {
  const started = scene.clock.now()
  const act = (action: 'passed' | 'rejected', because: string, evidence: MeasureAct['evidence']): MeasureAct => ({
    measure: 'config-validation',
    action,
    because,
    tookMs: scene.clock.now() - started,
    evidence,
  })
  await proxy.writeFiles(relocated(proxy, { ...candidate, files: writtenFiles(candidate) }))
  const refused = await refusalOf(proxy, proxy.place.config.replace(dirname(proxy.place.config), candidateFolder))
  await scene.stack.inside(proxy.name).exec(['rm', '-rf', `/proc/1/root${candidateFolder}`])
  if (refused !== undefined) return act('rejected', `syntax: ${refused}`, { hash: candidate.hash, syntax: refused })
  const { reachable, because, upstreams } = await reachabilityOf(scene, candidate)
  const evidence = { hash: candidate.hash, syntax: 'ok', upstreams }
  return reachable
    ? act('passed', `syntax ok, ${because}`, evidence)
    : act('rejected', `syntax ok, but ${because}`, evidence)
}

/** Whether every upstream server that a release names answers from where the proxy stands. */
export async function reachabilityOf(
  { stack }: Pick<Scene, 'stack'>,
  release: Release,
): Promise<{ reachable: boolean; because: string; upstreams: string[] }> {
  const servers = upstreamServers(release)
  const answers = await Promise.all(
    servers.map(async (server) => {
      const reach = await stack.agent.reach({ ...server, timeoutMs: reachLimitMs })
      return { server: `${server.host}:${server.port}`, ...reach }
    }),
  )
  const upstreams = answers.map((answer) => `${answer.server} ${answer.because}`)
  if (servers.length === 0)
    return { reachable: false, because: 'the configuration names no upstream server', upstreams }
  const dead = answers.filter((answer) => !answer.reachable)
  if (dead.length === 0) {
    return { reachable: true, because: `all ${servers.length} upstream servers answer`, upstreams }
  }
  const named = dead.map((answer) => `${answer.server} (${answer.because})`).join(', ')
  return { reachable: false, because: `from the proxy's network there is no answer at ${named}`, upstreams }
}

/** The candidate is tested in a folder of its own, so its includes must point there. */
function relocated({ place }: ProxyService, { files, layout }: Release): FileContent[] {
  const home = dirname(place.config)
  const linked = [...(layout?.links ?? [])].flatMap(([path, real]) => {
    const content = files.find((file) => file.path === real)?.content ?? null
    return [{ path, content }]
  })
  return [...files, ...linked].flatMap(({ path, content }) => {
    if (content === null) return []
    const alone = structureOf({ files: [{ path: place.config, content }], layout: { config: place.config } })
    for (const folder of place.folders) {
      for (const include of alone.includes(`${folder}/`)) {
        alone.set(include, (include.args[0] ?? '').replace(home, candidateFolder))
      }
    }
    const text = alone.files()[0]?.after
    return [{ path: path.replace(home, candidateFolder), content: text === undefined ? content : Buffer.from(text) }]
  })
}
