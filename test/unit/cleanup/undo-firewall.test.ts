import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { flushFirewall } from '../../../src/cleanup/undo-firewall.ts'

interface Life {
  running?: boolean
  paused?: boolean
  /** Why it cannot be started. */
  unstartable?: string
  /** Tables with a chain of ours, and what a look says where there is none. */
  chains?: readonly string[]
  none?: Partial<Record<string, number>>
  /** So often in a row nothing takes them away. */
  stuck?: number
}

function sidecar(life: Life, NetworkMode = 'container:abc') {
  const { running = true, paused = false, unstartable, none = {} } = life
  let stuck = life.stuck ?? 0
  const chains = new Set(life.chains ?? ['filter'])
  const asked: string[] = []
  const codeOf = (argv: readonly string[]): number => {
    const [, , , table = '', verb] = argv
    if (verb === '-n') return chains.has(table) ? 0 : (none[table] ?? 1)
    const isThere = chains.has(table)
    if (verb === '-X' && stuck-- <= 0) chains.delete(table)
    return isThere ? 0 : 1
  }
  const container = {
    unpause: () => Promise.resolve(void asked.push('unpause')),
    start: () => (unstartable ? Promise.reject(new Error(unstartable)) : Promise.resolve(void asked.push('start'))),
    exec: ({ Cmd }: { Cmd: string[] }) => {
      asked.push(Cmd.join(' '))
      const code = Cmd[0] === 'iptables' ? codeOf(Cmd) : 0
      const start = () => Promise.resolve(new PassThrough().end().resume())
      return Promise.resolve({ start, inspect: () => Promise.resolve({ ExitCode: code }) })
    },
  }
  const found = { HostConfig: { NetworkMode }, State: { Running: running, Paused: paused } }
  const flush = () =>
    flushFirewall(container as unknown as Dockerode.Container, found as unknown as Dockerode.ContainerInspectInfo)
  return { asked, flush }
}

const iptables = (table: string, ...calls: string[]) => calls.map((call) => `iptables -w -t ${table} ${call}`)
const look = '-n -L BADGATEWAY'
const noNat = iptables('nat', look)
const noFilter = iptables('filter', look)
const flushed = ['-F BADGATEWAY', '-X BADGATEWAY', look]
const nat = iptables('nat', look, '-D PREROUTING -j BADGATEWAY', '-D OUTPUT -j BADGATEWAY', ...flushed)
const filter = iptables('filter', look, '-D INPUT -j BADGATEWAY', '-D OUTPUT -j BADGATEWAY', ...flushed)
const letItEnd = '/app/interpose --end'

test.each([
  ['a packet filter', {}, [...noNat, ...filter]],
  ['one where the kernel has no NAT', { none: { nat: 3 } }, [...noNat, ...filter]],
  ['one that the kernel lets go of late', { stuck: 1 }, [...noNat, ...filter, ...filter.slice(1)]],
  ['one that is gone already', { chains: [] }, [...noNat, ...noFilter]],
  ['an interposer', { chains: ['nat'] }, [...nat, letItEnd, ...noFilter]],
  ['an interposer that also filters', { chains: ['nat', 'filter'] }, [...nat, letItEnd, ...filter]],
  ['one in a container that is paused', { paused: true }, ['unpause', ...noNat, ...filter]],
  ['one beside which nothing runs any more', { running: false }, ['start', ...noNat, ...filter]],
] as const)('takes away %s', async (_what, life, calls) => {
  const { asked, flush } = sidecar(life)
  expect(await flush()).toBe('the chain is gone')
  expect(asked).toEqual(calls)
})

test('the rules went with their namespace', async () => {
  const gone = { running: false, unstartable: 'cannot join network of a non running container: abc' }
  expect(await sidecar(gone).flush()).toBe('its namespace is gone')
})

test.each([
  ['a chain that stays', { stuck: 9 }, 'still there'],
  ['a redirection that stays', { stuck: 9, chains: ['nat'] }, 'still there'],
  ['a container that does not start for another reason', { running: false, unstartable: 'no space left' }, 'no space'],
])('%s is a failure', async (_what, life, because) => {
  await expect(sidecar(life).flush()).rejects.toThrow(because)
})

test.each(['default', 'host', 'badgateway-run-internal'])('in the network %s it touches nothing', async (mode) => {
  const { asked, flush } = sidecar({}, mode)
  await expect(flush()).rejects.toMatchObject({ code: 'UNDO_REFUSED' })
  expect(asked).toEqual([])
})

test.each([4, 126, 137, -1, 3])('that nobody could look (%i) is no proof that it is gone', async (code) => {
  const cannotLook = { chains: [], none: { filter: code } }
  await expect(sidecar(cannotLook).flush()).rejects.toThrow(`is not known: iptables said ${code}`)
})
