import { expect, test } from 'vitest'
import { composeDocument } from '../../../src/compose/document.ts'
import { expectRaisable } from '../../../src/compose/refuse.ts'
import { documentBy } from './said.ts'

test.each([1, 2] as const)('a project of Compose %i that can be kept apart is not refused', (major) => {
  expect(() => expectRaisable(documentBy(major))).not.toThrow()
})

const serviceA = 'Service a of the Compose project'

test.each<[object, string]>([
  [
    { services: { a: { network_mode: 'host' } } },
    `${serviceA} is on the network of the machine itself (network_mode: host): nothing would be kept apart`,
  ],
  [
    { services: { a: { pid: 'host' } } },
    `${serviceA} sees the processes of the machine itself (pid: host): nothing would be kept apart`,
  ],
  [
    { services: { a: { network_mode: 'container:db' } } },
    'Service a of the Compose project joins a container that is not of it (container:db)',
  ],
  [
    { services: { a: { ipc: 'container:db' } } },
    'Service a of the Compose project joins a container that is not of it (container:db)',
  ],
  [
    { services: { a: { volumes_from: ['container:db:ro'] } } },
    'Service a of the Compose project has the volumes of a container that is not of it (container:db:ro)',
  ],
  [
    { services: { a: { deploy: { mode: 'global' } } } },
    'Service a of the Compose project is deployed as global (deploy.mode), which only Swarm can',
  ],
  [
    { services: {}, networks: { n: { driver: 'overlay' } } },
    'Network n of the Compose project is an overlay network, which only Swarm has',
  ],
  [
    { services: {}, networks: { n: { driver: 'macvlan' } } },
    'Network n of the Compose project is made by the driver macvlan: it would reach beyond this machine',
  ],
  [
    { services: {}, networks: { n: { enable_ipv4: false, enable_ipv6: true } } },
    'Network n of the Compose project has IPv6 alone, and faults are put between IPv4 addresses',
  ],
  [
    { services: {}, networks: { n: { external: true, name: 'host' } } },
    'Network n of the Compose project is that of the machine itself (host)',
  ],
  [
    { services: {}, secrets: { s: { external: true } } },
    'The secret s of the Compose project is external, which only Swarm has',
  ],
  [
    { services: {}, configs: { s: { external: true } } },
    'The config s of the Compose project is external, which only Swarm has',
  ],
])('%j is refused in one sentence', (document, message) => {
  expect(() => expectRaisable(composeDocument.parse(document))).toThrow(
    expect.objectContaining({ code: 'COMPOSE_INVALID', message }),
  )
})

test('what leads out of this machine by another way is refused, unless all may leave', () => {
  const onBridge = composeDocument.parse({ services: { a: { network_mode: 'bridge' } } })
  const pager = composeDocument.parse({ services: { alertmanager: { image: 'x' } } })
  expect(() => expectRaisable(onBridge)).toThrow(/^Service a of .*network_mode: bridge/)
  expect(() => expectRaisable(onBridge, { isKept: false })).not.toThrow()
  expect(() => expectRaisable(pager)).not.toThrow()
  expect(() => expectRaisable(pager, { isKept: false })).toThrow(
    /is an Alertmanager, and with stack.outside it could page/,
  )
})

test.each([
  ['a reservation and a limit', { resources: { limits: { memory: '1G' }, reservations: { cpus: '0.1' } } }],
  ['where and how it is placed', { placement: { constraints: ['node.role == manager'] }, endpoint_mode: 'vip' }],
  ['how it is updated', { update_config: { parallelism: 1 }, rollback_config: {}, restart_policy: {} }],
  ['several of it', { mode: 'replicated', replicas: 3 }],
])('of Swarm %s is no reason to refuse', (_, deploy) => {
  expect(() => expectRaisable(composeDocument.parse({ services: { a: { deploy } } }))).not.toThrow()
})
