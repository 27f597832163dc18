import { z } from 'zod'
import { changedRelease, changeInPlace, currentRelease, deploy, editedFiles } from '../deploy/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import { type Asked, proxyName, type Release, type Scene, upstreamName } from '../stack/index.ts'
import { closedPort } from './edits/wrong-upstream-update.ts'
import { defineFault, type WitnessObservation } from './fault.ts'

/** As many users ask for the witness: enough to find a server that few users are on. */
const askers = 40

/**
 * Some `server` lines of an upstream point where nothing listens, and `nginx -t` accepts it. Where users stick to their
 * server (overlay `sticky`), exactly the users of those servers are failed, with every request; elsewhere
 * `proxy_next_upstream` may hide it.
 */
export const wrongBalancing = defineFault({
  kind: 'wrong-balancing',
  about: 'Changes the proxy so that some server lines of its upstreams point where nothing listens (502 for a share).',
  fields: {
    upstreams: z.array(upstreamName).min(1),
    /** Places of the lines that become wrong, in each group: 1 is the first. */
    servers: z.array(z.number().int().min(1)).min(1),
    /** Weights that the lines get, in their order; absent: as they are. */
    weights: z.array(z.number().int().positive()).optional(),
    /** By the deploy pipeline with its measures, or in place: files overwritten past it, and reloaded. */
    by: z.enum(['pipeline', 'in place']).default('pipeline'),
    service: proxyName,
  },
  make: ({ upstreams, servers, weights, by, service }) => ({
    inject: async (scene, hearer) => {
      const proxy = scene.stack.proxy(service)
      const current = await currentRelease(scene, proxy)
      const changed = unbalanced(current, { upstreams, servers, weights, by })
      const put = by === 'pipeline' ? deploy : changeInPlace
      return await put(scene, proxy, changed, hearer)
    },
    witness: {
      name: `requests of ${askers} users through the proxy, beside direct ones to every backend`,
      see: (scene) => look(scene, service, upstreams),
    },
  }),
})

interface Mistake {
  upstreams: readonly string[]
  servers: readonly number[]
  weights: readonly number[] | undefined
  by: 'pipeline' | 'in place'
}

function unbalanced(current: Release, { upstreams, servers, weights, by }: Mistake): Release {
  const files = editedFiles(current, (edit) => {
    for (const upstream of upstreams) {
      edit.upstream(upstream).each((server, at) => {
        const weight = weights?.[at]
        if (weight !== undefined) server.option('weight', String(weight))
        if (servers.includes(at + 1)) server.port(closedPort(server))
      })
    }
  })
  if (files.length === 0) {
    const what = `There is no server line of ${upstreams.join(' or ')} that could become wrong`
    throw new BadgatewayError('SCENARIO_INVALID', what, 'Name servers that the stack has.')
  }
  if (by === 'pipeline') return changedRelease(current, 'the update', files)
  const kept = current.files.filter(({ path }) => !files.some((file) => file.path === path))
  return { ...current, name: 'the update', files: [...kept, ...files] }
}

const askLimitMs = 3_000
const silence = 'no answer'
const isFailure = (status: string) => status === '502' || status === '504'

async function look(
  scene: Scene,
  service: string | undefined,
  upstreams: readonly string[],
): Promise<WitnessObservation> {
  const users = Array.from({ length: askers }, (_, user) => String(user))
  const { stack } = scene
  const backends = upstreams.flatMap((role) => stack.servers(role))
  const proxy = stack.proxy(service)
  const direct = await Promise.all(backends.map((one) => status(one, one.health)))
  const through = await Promise.all(
    upstreams.map((role) =>
      Promise.all(users.map((user) => status(proxy, ownOf(stack.description.upstreams, role)?.page ?? '/', user))),
    ),
  )
  if ([...direct, ...through.flat()].every((one) => one === silence)) {
    const hint = 'Look at the log of the agent container.'
    throw new BadgatewayError('AGENT_FAILED', 'Neither a backend nor the proxy answered: the agent sees nothing', hint)
  }
  const well = direct.filter((one) => one === '200').length
  const failed = through.map((answers) => answers.filter(isFailure).length)
  const told = upstreams.map((role, index) => `${failed[index] ?? 0} of ${askers} users failed on ${role}`).join(', ')
  const because = `${well} of ${backends.length} backends answer 200 directly; through the proxy: ${told}`
  return { present: well === backends.length && well > 0 && failed.every((one) => one > 0), because }
}

async function status({ ask }: Asked, path: string, user?: string): Promise<string> {
  const headers = user === undefined ? {} : { 'x-user-id': user }
  const { status: answered } = await ask(path, { headers, timeoutMs: askLimitMs })
  return answered === null ? silence : String(answered)
}
