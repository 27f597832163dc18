import { expect, test } from 'vitest'
import { unheardOf, volumeOf } from '../../../../src/stack/attach/unheard.ts'
import type { StackDescription } from '../../../../src/stack/description/description.ts'

type Gate = Parameters<typeof unheardOf>[0]
const gateWith = ({ driver = 'json-file', tty = false, mounts = [] as object[] } = {}) =>
  ({ HostConfig: { LogConfig: { Type: driver } }, Config: { Tty: tty }, Mounts: mounts }) as unknown as Gate
const logs = { Type: 'volume', Name: 'logs', Destination: '/var/log' }
const described = (monitoring?: object, can: StackDescription['can'] = {}) =>
  ({ proxy: { service: 'edge' }, can, monitoring }) as unknown as StackDescription
const logged = { logged: { file: '/var/log/ours.jsonl' } }

test('the agent shares the volume that the log lies in', () => {
  expect(volumeOf(gateWith({ mounts: [logs] }), '/var/log/ours.jsonl')).toEqual({ name: 'logs', at: '/var/log' })
  expect(volumeOf(gateWith(), '/var/log/ours.jsonl')).toBeUndefined()
})

test.each<[Gate, StackDescription, RegExp[]]>([
  [gateWith(), described(), []],
  [gateWith(), described({}), []],
  [gateWith({ driver: 'syslog' }), described(), [/^the books of client and proxy: what edge says goes to .* syslog/]],
  [gateWith({ driver: 'syslog' }), described({}), [/proxy, and its requests for the monitoring: what edge says/]],
  [gateWith({ driver: 'syslog' }), described({}, logged), [/^the books of client and proxy: what edge says/]],
  [gateWith({ tty: true }), described(), [/edge has a terminal/]],
])('what is not heard is told: %#', (gate, description, said) => {
  expect(unheardOf(gate, description)).toEqual(said.map((one) => expect.stringMatching(one)))
})
