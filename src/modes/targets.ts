import type { StackDescription } from '../stack/index.ts'
import type { Target } from './mode.ts'

/** Roles of services that others need and that stand behind no proxy. */
const needed: readonly string[] = ['dependency', 'database']

/** Everything that can be broken by itself: servers, groups of several, what they need, the proxy. */
export function targetsOf({ services, upstreams, proxy }: StackDescription): Target[] {
  const groups = Object.entries(upstreams)
  const names = services.map(({ name }) => name)
  const servers = groups.flatMap(([upstream, group]) =>
    group.servers.map((name, at): Target => {
      return { name, kind: 'server', services: [name], upstream, servers: [at + 1] }
    }),
  )
  const whole = groups.flatMap(([upstream, group]): Target[] => {
    if (group.servers.length < 2) return []
    // A service may be called as its group is.
    const name = names.includes(upstream) ? `all-${upstream}` : upstream
    return [{ name, kind: 'group', services: group.servers, upstream }]
  })
  const dependencies = services
    .filter(({ role }) => needed.includes(role))
    .map(({ name }): Target => ({ name, kind: 'dependency', services: [name] }))
  const edge: Target = { name: proxy.service, kind: 'proxy', services: [proxy.service] }
  return [...servers, ...whole, ...dependencies, edge, ...lookUps({ servers, dependencies, edge })]
}

interface Asking {
  readonly servers: readonly Target[]
  readonly dependencies: readonly Target[]
  readonly edge: Target
}

/** Who asks for whom by name: servers for what they need, the proxy for its servers. */
function lookUps({ servers, dependencies, edge }: Asking): Target[] {
  const needed = servers.flatMap((server) => dependencies.map((one): Target => lookUpOf(server, one, server)))
  return [...needed, ...servers.map((server) => lookUpOf(edge, server, server))]
}

function lookUpOf(who: Target, whom: Target, { upstream, servers }: Target): Target {
  const name = `${whom.name}-at-${who.name}`
  const of = { ...(upstream === undefined ? {} : { upstream }), ...(servers ? { servers } : {}) }
  return { name, kind: 'lookup', services: who.services, host: whom.name, ...of }
}

/** `servers` and `role` as faults want them. */
export function whichOf({ upstream = '', servers }: Target): { role: string; servers?: number[] } {
  return { role: upstream, ...(servers ? { servers: [...servers] } : {}) }
}
