import type { MeasureAct, Release, Scene } from '../scene.ts'
import type { Service } from '../types.ts'
import { upstreamServers } from './release.ts'
import { refusalOf } from './switch.ts'

const candidateFolder = '/tmp/badgateway-candidate'
const reachLimitMs = 1_000

/**
 * What a pipeline can know before the switch: is the syntax right, and does every upstream answer from where the proxy
 * stands? The first alone would have let the incident through.
 */
export async function validateRelease(scene: Scene, proxy: Service, candidate: Release): Promise<MeasureAct> {
  const started = scene.clock.now()
  const act = (action: 'passed' | 'rejected', because: string, evidence: MeasureAct['evidence']): MeasureAct => ({
    measure: 'config-validation',
    action,
    because,
    tookMs: scene.clock.now() - started,
    evidence,
  })
  const moved = candidate.files.flatMap(({ path, content }) =>
    content === null ? [] : [{ path: path.replace('/etc/nginx', candidateFolder), content: relocated(content) }],
  )
  await proxy.writeFiles(moved)
  const refused = await refusalOf(proxy, `${candidateFolder}/nginx.conf`)
  await proxy.exec(['rm', '-rf', candidateFolder])
  if (refused !== undefined) return act('rejected', `syntax: ${refused}`, { hash: candidate.hash, syntax: refused })
  const text = candidate.files.map((file) => file.content?.toString('utf8') ?? '').join('\n')
  const servers = upstreamServers(text)
  const answers = await Promise.all(
    servers.map(async (server) => {
      const reach = await scene.stack.agent.reach({ ...server, timeoutMs: reachLimitMs })
      return { server: `${server.host}:${server.port}`, ...reach }
    }),
  )
  const dead = answers.filter((answer) => !answer.reachable)
  const evidence = {
    hash: candidate.hash,
    syntax: 'ok',
    upstreams: answers.map((answer) => `${answer.server} ${answer.because}`),
  }
  if (servers.length === 0) return act('rejected', 'the configuration names no upstream server', evidence)
  if (dead.length === 0) return act('passed', `syntax ok, all ${servers.length} upstream servers answer`, evidence)
  const named = dead.map((answer) => `${answer.server} (${answer.because})`).join(', ')
  return act('rejected', `syntax ok, but from the proxy's network nobody answers at ${named}`, evidence)
}

/** The candidate is tested in a folder of its own, so its includes must point there. */
function relocated(content: Buffer): Buffer {
  return Buffer.from(
    content.toString('utf8').replaceAll(/(\binclude\s+)\/etc\/nginx\/(conf\.d|shared)\//g, `$1${candidateFolder}/$2/`),
  )
}
