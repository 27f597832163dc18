import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { flushFirewall } from '../../../src/cleanup/undo-firewall.ts'

interface Life {
  running?: boolean
  paused?: boolean
  /** Why it cannot be started. */
  unstartable?: string
  /** Exit code of each `iptables` by its verb; default 0, and 1 for the last look. */
  codes?: Record<string, number>
}

function sidecar({ running = true, paused = false, unstartable, codes = {} }: Life, NetworkMode = 'container:abc') {
  const asked: string[] = []
  const container = {
    unpause: () => Promise.resolve(void asked.push('unpause')),
    start: () => (unstartable ? Promise.reject(new Error(unstartable)) : Promise.resolve(void asked.push('start'))),
    exec: ({ Cmd }: { Cmd: string[] }) => {
      asked.push(Cmd.join(' '))
      const code = Cmd.includes('-L') ? (codes['-L'] ?? 1) : (codes[Cmd[2] ?? ''] ?? 0)
      const start = () => Promise.resolve(new PassThrough().end().resume())
      return Promise.resolve({ start, inspect: () => Promise.resolve({ ExitCode: code }) })
    },
  }
  const found = { HostConfig: { NetworkMode }, State: { Running: running, Paused: paused } }
  const flush = () =>
    flushFirewall(container as unknown as Dockerode.Container, found as unknown as Dockerode.ContainerInspectInfo)
  return { asked, flush }
}

const all = [
  'iptables -w -D INPUT -j BADGATEWAY',
  'iptables -w -D OUTPUT -j BADGATEWAY',
  'iptables -w -F BADGATEWAY',
  'iptables -w -X BADGATEWAY',
  'iptables -w -n -L BADGATEWAY',
]

test.each([
  ['a chain that is there', {}, all],
  ['one that is gone already', { codes: { '-D': 1, '-F': 1, '-X': 1 } }, all],
  ['one in a container that is paused', { paused: true }, ['unpause', ...all]],
  ['one beside which nothing runs any more', { running: false }, ['start', ...all]],
])('takes away %s', async (_what, life, calls) => {
  const { asked, flush } = sidecar(life)
  expect(await flush()).toBe('the chain is gone')
  expect(asked).toEqual(calls)
})

test('the rules went with their namespace', async () => {
  const gone = { running: false, unstartable: 'cannot join network of a non running container: abc' }
  expect(await sidecar(gone).flush()).toBe('its namespace is gone')
})

test.each([
  ['a chain that stays', { codes: { '-L': 0 } }, 'still there'],
  ['a container that does not start for another reason', { running: false, unstartable: 'no space left' }, 'no space'],
])('%s is a failure', async (_what, life, because) => {
  await expect(sidecar(life).flush()).rejects.toThrow(because)
})

test.each(['default', 'host', 'badgateway-run-internal'])('in the network %s it touches nothing', async (mode) => {
  const { asked, flush } = sidecar({}, mode)
  await expect(flush()).rejects.toMatchObject({ code: 'UNDO_REFUSED' })
  expect(asked).toEqual([])
})

test.each([4, 126, 137, -1])('that nobody could look (%i) is no proof that it is gone', async (code) => {
  await expect(sidecar({ codes: { '-L': code } }).flush()).rejects.toThrow(`is not known: iptables said ${code}`)
})
