import type { FaultSpec } from '../faults/index.ts'
import type { Mode } from './mode.ts'

type How = Extract<FaultSpec, { kind: 'name-lookup' }>['how']

/** One name that one service asks for: whoever else asks finds it. */
function misled({ how, ...mode }: Pick<Mode, 'name' | 'about' | 'packet'> & { how: How }): Mode {
  return {
    ...mode,
    tags: ['dns'],
    witnessed: 'the resolver, asked from beside who asks',
    at: ['lookup'],
    outcome: 'misconfigured',
    fault: ({ services: [service = ''], host = '' }) => ({ kind: 'name-lookup', service, host, how }),
  }
}

/** Names that lead nowhere: felt when they are asked for again. */
export const nameModes: readonly Mode[] = [
  misled({
    name: 'name-gone',
    about: 'A name is not found by who asks for it: a record that was removed.',
    packet: 'NXDOMAIN for this one name, for this one service; open connections live on',
    how: 'gone',
  }),
  misled({
    name: 'name-wrong',
    about: 'A name leads to an address that no container has: an old record.',
    packet: 'an A record of an unused address of the same network, for this one service; open connections live on',
    how: 'wrong',
  }),
]
