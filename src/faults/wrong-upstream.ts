import { z } from 'zod'
import { currentRelease, deploy, pageOf } from '../deploy/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import { type Asked, proxyName, type Question, type Scene, upstreamName } from '../stack/index.ts'
import { type Mistake, mistakes, updateWith } from './edits/wrong-upstream-update.ts'
import { defineFault, type WitnessObservation } from './fault.ts'

/** A deploy of the proxy whose upstream definition is valid for `nginx -t` and leads nowhere. */
export const wrongUpstream = defineFault({
  kind: 'wrong-upstream',
  about: 'Deploys a proxy configuration that cannot reach its upstream servers (502): by port, or by protocol.',
  fields: {
    /** Upstream groups that become wrong. */
    upstreams: z.array(upstreamName).min(1),
    /**
     * Default: `port`, every server line. `later-servers`: the lines of all but the first server, to which the update
     * moves the traffic. `protocol`: the servers are spoken to in TLS, which they do not understand. `old-directive`:
     * one that Nginx has not any more since 1.25, so it never goes live there.
     */
    wrong: z.enum(mistakes).optional(),
    service: proxyName,
  },
  make: ({ upstreams, wrong = 'port', service }) => ({
    inject: async (scene, hearer) => {
      const proxy = scene.stack.proxy(service)
      const current = await currentRelease(scene, proxy)
      return await deploy(scene, proxy, updateWith(wrong, current, upstreams), hearer)
    },
    witness: {
      name: 'direct requests to every backend, beside some through the proxy',
      see: (scene) => compare(scene, { service, upstreams, wrong }),
    },
  }),
})

const silence = 'no answer'
const askLimitMs = 3_000
/** One in a thousand gets through where the first server keeps a trickle of the traffic. */
const rounds = { port: 1, 'later-servers': 3, protocol: 1, 'old-directive': 1 } satisfies Record<Mistake, number>

interface Where {
  service: string | undefined
  upstreams: readonly string[]
  wrong: Mistake
}

async function compare(scene: Scene, { service, upstreams, wrong }: Where): Promise<WitnessObservation> {
  const { stack } = scene
  const backends = upstreams.flatMap((role) => stack.servers(role))
  const pages = upstreams.map((role) => pageOf(ownOf(stack.description.upstreams, role) ?? { page: '/' }))
  const questions = Array.from({ length: rounds[wrong] }, () => pages).flat()
  const direct = await Promise.all(backends.map((one) => one.look({ timeoutMs: askLimitMs })))
  const proxy = stack.proxy(service)
  const through = await Promise.all(questions.map((question) => status(proxy, question)))
  if (direct.every(({ answered }) => !answered) && through.every((one) => one === silence)) {
    const hint = 'Look at the log of the agent container.'
    throw new BadgatewayError('AGENT_FAILED', 'Neither a backend nor the proxy answered: the agent sees nothing', hint)
  }
  const well = direct.filter((one) => one.well).length
  const broken = through.filter((one) => one === '502' || one === '504').length
  const because = `${well} of ${backends.length} backends answer 200 directly; through the proxy: ${through.join(', ')}`
  return { present: broken > through.length / 2 && well === backends.length && well > 0, because }
}

async function status({ ask }: Asked, { path, ...how }: Question): Promise<string> {
  const { status: answered } = await ask(path, { timeoutMs: askLimitMs, ...how })
  return answered === null ? silence : String(answered)
}
