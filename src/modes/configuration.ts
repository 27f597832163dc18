import type { FaultSpec } from '../faults/index.ts'
import { ownOf } from '../kit/own.ts'
import type { Mode } from './mode.ts'

type Edit = Extract<FaultSpec, { kind: 'proxy-files' }>['edit']
type Named = Pick<Mode, 'name' | 'about' | 'packet'> & { readonly edit: Edit; readonly tags?: readonly string[] }

const common = {
  witnessed: 'which configuration the workers answer by, what `nginx -t` says, and what a handshake shows',
  outcome: 'misconfigured',
} as const

const tagsOf = (tags: readonly string[] = []) => ['deploy', 'proxy', ...tags]

/** A mistake in the files of the proxy as a whole. */
function ofProxy({ edit, tags, ...mode }: Named): Mode {
  return {
    ...mode,
    ...common,
    tags: tagsOf(tags),
    at: ['proxy'],
    fault: ({ services: [service = ''] }) => ({ kind: 'proxy-files', edit, server: 1, service }),
  }
}

const valid = 'nothing is sent otherwise than before: Nginx refuses the files, and its old workers go on'

/** Mistakes that deploys make in the files of any proxy: on our copy of them. */
export const configurationModes: readonly Mode[] = [
  {
    name: 'wrong-name',
    about: 'A deploy of the proxy calls the servers by a name that does not exist.',
    packet: 'where names are looked up with each request: no packet at all; else Nginx refuses the files',
    ...common,
    tags: tagsOf(['dns']),
    at: ['group', 'server'],
    fault: ({ upstream = '', kind, name }, { upstreams, proxy: { service } }) => {
      const servers = ownOf(upstreams, upstream)?.servers.length ?? 0
      if (kind === 'server' && servers > 1)
        return { not: `a deploy changes all of ${upstream}, and ${name} is one of ${servers}` }
      return { kind: 'proxy-files', edit: 'wrong-name', role: upstream, server: 1, service }
    },
  },
  {
    name: 'one-wrong',
    about: 'A deploy of the proxy names a port for one server of several on which no program listens.',
    packet: 'SYN to another port of this server, answered with a RST by its kernel',
    ...common,
    tags: tagsOf(),
    at: ['server'],
    fault: ({ upstream = '', servers: [server = 1] = [] }, { upstreams, proxy: { service } }) => {
      const several = (ownOf(upstreams, upstream)?.servers.length ?? 0) > 1
      if (!several)
        return { not: `${upstream} has one server, and wrong-port is the same; with a second one it applies` }
      return { kind: 'proxy-files', edit: 'one-wrong', role: upstream, server, service }
    },
  },
  ofProxy({
    name: 'no-resolver',
    about: 'The proxy asks for names where no name server answers.',
    packet: 'DNS questions of the proxy to a port of its own that is closed',
    edit: 'no-resolver',
    tags: ['dns'],
  }),
  ofProxy({
    name: 'broken-reload',
    about: 'A file with a mistake is deployed and reloaded: Nginx refuses it in its log alone.',
    packet: valid,
    edit: 'broken-reload',
  }),
  ofProxy({
    name: 'unreadable-file',
    about: 'A file of the proxy is deployed with rights by which it cannot be read.',
    packet: valid,
    edit: 'unreadable-file',
  }),
  ofProxy({
    name: 'broken-restart',
    about: 'A file with a mistake is deployed and the proxy restarted: it does not come up.',
    packet: 'open connections are ended; then no program listens where users connect',
    edit: 'broken-restart',
  }),
  ofProxy({
    name: 'expired-certificate',
    about: 'The certificate that the proxy shows expired long ago.',
    packet: 'another certificate in the TLS handshake, whose time is over',
    edit: 'expired-certificate',
    tags: ['tls'],
  }),
]
