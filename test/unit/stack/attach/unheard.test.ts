import { expect, test } from 'vitest'
import { unheardOf, volumeOf } from '../../../../src/stack/attach/unheard.ts'
import type { StackDescription } from '../../../../src/stack/description/description.ts'

type Gate = Parameters<typeof unheardOf>[0]
const gateWith = ({ driver = 'json-file', tty = false, mounts = [] as object[] } = {}) =>
  ({ HostConfig: { LogConfig: { Type: driver } }, Config: { Tty: tty }, Mounts: mounts }) as unknown as Gate
const logs = { Type: 'volume', Name: 'logs', Destination: '/var/log' }
const described = (monitoring?: object) =>
  ({
    proxy: { service: 'edge' },
    can: { logged: { file: '/var/log/ours.jsonl' } },
    monitoring,
  }) as unknown as StackDescription

test('the agent shares the volume that the log lies in', () => {
  expect(volumeOf(gateWith({ mounts: [logs] }), '/var/log/ours.jsonl')).toEqual({ name: 'logs', at: '/var/log' })
  expect(volumeOf(gateWith(), '/var/log/ours.jsonl')).toBeUndefined()
})

test.each<[Gate, StackDescription, RegExp[]]>([
  [gateWith(), described(), []],
  [gateWith({ driver: 'syslog' }), described(), [/what edge says goes to the logging driver syslog/]],
  [gateWith({ tty: true }), described(), [/edge has a terminal/]],
  [gateWith(), described({}), [/ours.jsonl lies in no volume/]],
  [gateWith({ mounts: [logs] }), described({}), []],
])('what is not heard is told: %#', (gate, description, said) => {
  expect(unheardOf(gate, description)).toEqual(said.map((one) => expect.stringMatching(one)))
})
