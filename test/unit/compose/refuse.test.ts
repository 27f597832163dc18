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
