import type { FaultSpec } from '../faults/index.ts'
import type { Mode } from './mode.ts'

type How = Extract<FaultSpec, { kind: 'container' }>['how']

const states = "the engine's state of it, beside connections from inside to where it listened"

/**
 * Nobody answers when the kernel asks who has the address of a container that is gone: it asks three times in as many
 * seconds, and then tells whoever connects that there is no way there.
 */
const unreachableMs = 3_100

/** What happens to containers all the time: to one, or to a whole group at once. */
function happens({
  how,
  ...mode
}: Pick<Mode, 'name' | 'about' | 'packet' | 'outcome' | 'at'> &
  Partial<Pick<Mode, 'waits' | 'waitsAtMostMs' | 'tags'>> & { how: How }): Mode {
  return {
    ...mode,
    tags: ['container', ...(mode.tags ?? [])],
    witnessed: states,
    fault: ({ services: [service = '', ...also] }) => ({
      kind: 'container',
      how,
      service,
      ...(also.length > 0 ? { also } : {}),
    }),
  }
}

/** Containers that end, stand still, come back elsewhere, or have less of the machine. */
export const containerModes: readonly Mode[] = [
  happens({
    name: 'stop',
    about: 'Its container is stopped: SIGTERM, and SIGKILL after 5 s.',
    packet: 'open connections are ended by the program; then its address is unused, and ARP is not answered',
    outcome: 'gone',
    at: ['server', 'group', 'dependency', 'proxy'],
    waits: 'connect',
    waitsAtMostMs: unreachableMs,
    how: 'stop',
  }),
  happens({
    name: 'kill',
    about: 'Its first process is killed: SIGKILL, as by a person or an update of its machine.',
    packet: 'its kernel ends open connections with a RST or a FIN; then its address is unused',
    outcome: 'gone',
    at: ['server', 'group', 'dependency', 'proxy'],
    waits: 'connect',
    waitsAtMostMs: unreachableMs,
    how: 'kill',
  }),
  happens({
    name: 'restart',
    about: 'Its container is restarted, as by a deploy.',
    packet: 'open connections are ended, connections are refused until it listens again',
    outcome: 'gone',
    at: ['server', 'group', 'dependency', 'proxy'],
    tags: ['deploy'],
    how: 'restart',
  }),
  happens({
    name: 'recreate',
    about: 'Another container takes its place at a new address, as every deploy of containers does.',
    packet: 'the old address is unused; the name leads to the new one for those that ask for it again',
    outcome: 'gone',
    at: ['server', 'dependency'],
    tags: ['deploy', 'dns'],
    how: 'recreate',
  }),
  happens({
    name: 'pause',
    about: 'Its processes stand still: the kernel takes connections for it, and no answer comes.',
    packet: 'SYN is answered by the kernel, data is acknowledged, no byte of an answer comes',
    outcome: 'silent',
    at: ['server', 'group', 'dependency', 'proxy'],
    tags: ['hang'],
    waits: 'read',
    how: 'pause',
  }),
  {
    name: 'few-cores',
    about: 'It may use a 20th of a core: a limit that was set too low, or a neighbour that takes all.',
    packet: 'whatever it answers comes late, for it stands still for most of each tenth of a second',
    witnessed: 'the limit by which the kernel goes, and the time that it kept the programs waiting',
    tags: ['container', 'slow'],
    at: ['server', 'dependency', 'proxy'],
    outcome: 'starved',
    fault: ({ services: [service = ''] }) => ({ kind: 'cpu-limit', service, cores: 0.05 }),
  },
  {
    name: 'out-of-memory',
    about: 'Its memory limit is lowered until the kernel kills in it.',
    packet: 'its kernel ends open connections with a RST; what comes then is up to its restart policy',
    witnessed: "the kernel's count of kills in it, the engine's word, and the limit",
    tags: ['container'],
    at: ['server', 'dependency'],
    outcome: 'starved',
    waits: 'connect',
    waitsAtMostMs: unreachableMs,
    fault: ({ services: [service = ''] }) => ({ kind: 'memory-limit', service, to: 0.5 }),
  },
]
