import type { FaultSpec } from '../faults/index.ts'
import { ownOf } from '../kit/own.ts'
import type { Mode } from './mode.ts'

type Wrong = NonNullable<Extract<FaultSpec, { kind: 'wrong-upstream' }>['wrong']>

/** A deploy of the proxy that is valid for `nginx -t` and leads nowhere. */
function wrong({ deploys, ...mode }: Pick<Mode, 'name' | 'about' | 'packet'> & { deploys: Wrong }): Mode {
  return {
    ...mode,
    tags: ['deploy', 'proxy'],
    witnessed: 'direct requests to every server, beside some through the proxy',
    at: ['group', 'server'],
    outcome: 'misconfigured',
    fault: ({ upstream = '', kind, name }, { upstreams }) => {
      const servers = ownOf(upstreams, upstream)?.servers.length ?? 0
      // One server alone is the whole group.
      if (kind === 'server' && servers > 1)
        return { not: `a deploy changes all of ${upstream}, and ${name} is one of ${servers}` }
      return { kind: 'wrong-upstream', upstreams: [upstream], wrong: deploys }
    },
  }
}

/** So many connections press beside the users. */
const pressing = 200

/** What goes wrong at the proxy itself. */
export const proxyModes: readonly Mode[] = [
  wrong({
    name: 'wrong-port',
    about: 'A deploy of the proxy names a port on which no server listens.',
    packet: 'SYN to another port of the same servers, answered with a RST by their kernels',
    deploys: 'port',
  }),
  wrong({
    name: 'wrong-protocol',
    about: 'A deploy of the proxy speaks TLS to servers that do not.',
    packet: 'a TLS hello to a server that understands none',
    deploys: 'protocol',
  }),
  {
    name: 'spike',
    about: `Many more requests at once: ${pressing} connections press beside the users, as fast as they are answered.`,
    packet: "real requests of the users' own mix",
    witnessed: "the proxy's own counters (stub_status), beside those of before",
    tags: ['load'],
    at: ['proxy'],
    outcome: 'starved',
    fault: () => ({ kind: 'traffic-spike', pressure: { connections: pressing } }),
  },
]
