import { z } from 'zod'
import { BadgatewayError } from '../kit/errors.ts'
import { deploy } from '../stack/deploy/pipeline.ts'
import { changedRelease, readRelease, upstreamsFile } from '../stack/deploy/release.ts'
import type { Release, Scene } from '../stack/scene.ts'
import { ports } from '../stack/types.ts'
import { defineFault, type Sighting } from './fault.ts'

/** Nobody listens there on a backend; still inside the internal network. */
const closedPort = 8090

/** A deploy of the proxy whose upstream definition is valid for `nginx -t` and leads nowhere. */
export const wrongUpstream = defineFault({
  kind: 'wrong-upstream',
  about: 'Deploys a proxy configuration whose upstream servers point at a port where nobody listens (502).',
  fields: {
    /** Upstream groups that become wrong. */
    upstreams: z.array(z.enum(['web', 'api'])).min(1),
    service: z.string().default('proxy'),
  },
  make: ({ upstreams, service }) => ({
    inject: async (scene) => {
      const proxy = scene.stack.service(service)
      const current = scene.releases.at(-1) ?? (await readRelease(proxy, 'the last good release'))
      if (scene.releases.length === 0) scene.releases.push(current)
      return await deploy(scene, proxy, misdirected(current, upstreams))
    },
    witness: {
      name: 'direct requests to every backend, beside one through the proxy',
      see: (scene) => compare(scene, service, upstreams),
    },
  }),
})

/** The update of the report: rewritten from scratch, one number wrong in every server line. */
function misdirected(current: Release, upstreams: readonly string[]): Release {
  const text = current.files.find((file) => file.path === upstreamsFile)?.content?.toString('utf8') ?? ''
  const changed = upstreams.reduce(
    (config, name) => config.replaceAll(new RegExp(`(\\bserver\\s+${name}-\\d+):\\d+`, 'g'), `$1:${closedPort}`),
    text.replaceAll(/^\s*include\s+\/etc\/nginx\/shared\/[^;]+;\n?/gm, ''),
  )
  return changedRelease(current, 'the update', [{ path: upstreamsFile, content: Buffer.from(changed) }])
}

const silence = 'no answer'
const pathOf = { web: '/', api: '/api/products' } as const

async function compare(scene: Scene, proxy: string, upstreams: readonly ('web' | 'api')[]): Promise<Sighting> {
  const backends = upstreams.flatMap((role) => scene.stack.byRole(role))
  const direct = await Promise.all(backends.map((one) => status(scene, one.name, '/healthz')))
  const through = await Promise.all(upstreams.map((role) => status(scene, proxy, pathOf[role])))
  if ([...direct, ...through].every((one) => one === silence)) {
    const hint = 'Look at the log of the agent container.'
    throw new BadgatewayError('AGENT_FAILED', 'Neither a backend nor the proxy answered: the agent sees nothing', hint)
  }
  const well = direct.filter((one) => one === '200').length
  const broken = through.filter((one) => one === '502' || one === '504').length
  const because = `${well} of ${backends.length} backends answer 200 directly; through the proxy: ${through.join(', ')}`
  return { present: broken === through.length && well === backends.length && well > 0, because }
}

async function status(scene: Scene, host: string, path: string): Promise<string> {
  try {
    const answer = await scene.stack.agent.forward({ host, port: ports.site, path, timeoutMs: 3_000 })
    return String(answer.status)
  } catch {
    return silence
  }
}
