import { z } from 'zod'
import {
  changedRelease,
  currentRelease,
  deploy,
  editedFiles,
  type Timing,
  timingsOf,
  timingWords,
} from '../deploy/index.ts'
import { ownOf } from '../kit/own.ts'
import type { Edit } from '../nginx/index.ts'
import { proxyName, type Release, type Scene, type UpstreamDescription, upstreamName } from '../stack/index.ts'
import { defineFault, type WitnessObservation } from './fault.ts'

/** An upstream group, by its name. */
type Group = UpstreamDescription & { readonly name: string }

interface Trap {
  change(edit: Edit, group: Group): void
  /** What the proxy logs of a request that meets it, and of no other failure of an upstream. */
  shows(timing: Timing): boolean
}

const askLimitMs = 1_000
const isNumber = (text: string) => /^\d/.test(text)
const isEmpty = (text: string) => text === '' || text === '-'

/** Each is accepted by `nginx -t`, and every server behind it is well. */
const traps = {
  /** `128k` without its k: the header of no answer fits (`upstream sent too big header`). */
  'small-header-buffer': {
    change: (edit, { name: group }) => {
      const locations = edit.passes(group).flatMap(({ directive }) => directive.within('location') ?? [])
      for (const location of locations) edit.block(location).set('proxy_buffer_size', '128')
    },
    shows: ({ connectTime, headerTime, upstreamAddress }) => {
      return isNumber(upstreamAddress) && isNumber(connectTime) && isEmpty(headerTime)
    },
  },
  /** A name in a variable is looked up with each request, by nobody (`no resolver defined to resolve`). */
  'no-resolver': {
    change: (edit, { name: group, port, servers }) => {
      const [pass] = edit.passes(group)
      if (!pass) return
      pass.to(`http://$backend:${port}`)
      edit.addBefore(pass.directive, `set $backend ${servers[0] ?? group};`)
    },
    shows: ({ upstreamAddress }) => isEmpty(upstreamAddress),
  },
  /** Taken out for maintenance and never put back (`no live upstreams`). */
  'all-down': {
    change: (edit, { name }) => void edit.upstream(name).each((server) => server.option('down')),
    shows: ({ upstreamAddress }) => !isEmpty(upstreamAddress) && !isNumber(upstreamAddress),
  },
} as const satisfies Record<string, Trap>

type What = keyof typeof traps
const names = Object.keys(traps) as [What, ...What[]]

/** Mistakes in the proxy's configuration beside wrong upstream servers, each with another reason in the error log. */
export const proxyConfig = defineFault({
  kind: 'proxy-config',
  about: 'Deploys a proxy configuration that is valid and answers 502: header buffer, resolver, or servers left down.',
  fields: {
    what: z.enum(names),
    /** Whose requests meet it. */
    role: upstreamName,
    service: proxyName,
  },
  needs: ['logged'],
  make: ({ what, role, service }) => ({
    inject: async (scene, hearer) => {
      const proxy = scene.stack.proxy(service)
      const current = await currentRelease(scene, proxy)
      const candidate = trapped(current, traps[what], groupOf(scene, role))
      if (candidate === undefined) {
        const because = `the configuration has no line for ${role} that this mistake could be made in`
        return { outcome: 'rejected', because, acts: [], evidence: {} }
      }
      return await deploy(scene, proxy, candidate, hearer)
    },
    witness: {
      name: 'what the proxy logs of a request, beside direct ones to every server',
      see: (scene) => look(scene, traps[what], role),
    },
  }),
})

function groupOf({ stack }: Scene, name: string): Group | undefined {
  const group = ownOf(stack.description.upstreams, name)
  return group && { ...group, name }
}

function trapped(current: Release, { change }: Trap, group: Group | undefined): Release | undefined {
  const files = group ? editedFiles(current, (edit) => change(edit, group)) : []
  return files.length === 0 ? undefined : changedRelease(current, 'the update', files)
}

async function look(scene: Scene, trap: Trap, role: string): Promise<WitnessObservation> {
  const [timing] = await timingsOf(scene, role, 1)
  const direct = await Promise.all(scene.stack.servers(role).map((server) => server.healthy({ timeoutMs: askLimitMs })))
  const well = direct.filter(Boolean).length
  const told = timing ? timingWords(timing) : 'nothing'
  const because = `${well} of ${direct.length} servers answer directly; the proxy logs ${told}`
  const shows = timing !== undefined && timing.status === 502 && trap.shows(timing)
  return { present: shows && well === direct.length && well > 0, because }
}
