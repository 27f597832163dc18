import type { FaultSpec } from '../faults/index.ts'
import type { Mode } from './mode.ts'
import { whichOf } from './targets.ts'

type Filter = Extract<FaultSpec, { kind: 'packet-filter' }>

/** A packet filter in the network namespace of the servers, or of the proxy. */
function filter({
  how,
  at,
  ...mode
}: Pick<Mode, 'name' | 'about' | 'packet' | 'outcome' | 'tags' | 'waits'> & Pick<Filter, 'how' | 'at'>): Mode {
  return {
    ...mode,
    tags: ['network', ...mode.tags],
    witnessed: "connection attempts from the proxy's side, beside what the server's own kernel says",
    at: ['server', 'group'],
    fault: (target) => ({ kind: 'packet-filter', how, at, ...whichOf(target) }),
  }
}

/** Packets that are refused or swallowed on their way to servers that are well. */
export const packetModes: readonly Mode[] = [
  filter({
    name: 'refuse',
    about: 'Every packet to the server is refused: as if nothing listened there.',
    packet: 'iptables REJECT with a RST, where it arrives at the server; open connections are ended by it, too',
    outcome: 'refused',
    tags: [],
    how: 'reject',
    at: 'servers',
  }),
  filter({
    name: 'drop',
    about: 'Every packet to the server is swallowed: as if its machine had lost power.',
    packet: 'iptables DROP, where it arrives at the server; nothing answers, open connections hang',
    outcome: 'silent',
    tags: ['slow'],
    waits: 'connect',
    how: 'drop',
    at: 'servers',
  }),
  filter({
    name: 'refuse-new',
    about: 'New connections are refused, and those that are open live on.',
    packet: 'iptables REJECT of SYN packets, where they arrive at the server',
    outcome: 'refused',
    tags: [],
    how: 'reject-new',
    at: 'servers',
  }),
  filter({
    name: 'drop-new',
    about: 'New connections are swallowed, and those that are open live on: a full listen queue, a security group.',
    packet: 'iptables DROP of SYN packets, where they arrive at the server',
    outcome: 'silent',
    tags: ['slow'],
    waits: 'connect',
    how: 'drop-new',
    at: 'servers',
  }),
  filter({
    name: 'refuse-at-proxy',
    about: 'The proxy is not let out to the server: a firewall of its own.',
    packet: 'iptables REJECT with a RST, where it leaves the proxy for this server',
    outcome: 'refused',
    tags: ['proxy'],
    how: 'reject',
    at: 'proxy',
  }),
  filter({
    name: 'drop-at-proxy',
    about: 'What the proxy sends to the server is swallowed: a route that leads nowhere.',
    packet: 'iptables DROP, where it leaves the proxy for this server',
    outcome: 'silent',
    tags: ['proxy', 'slow'],
    waits: 'connect',
    how: 'drop',
    at: 'proxy',
  }),
]
