import { expect, test } from 'vitest'
import { type Inspected, recreationOf } from '../../../../src/stack/attach/recreate.ts'

const meant = {
  Id: 'abcdef0123456789',
  Image: 'sha256:1',
  Config: {
    Hostname: 'abcdef012345',
    Env: ['A=1', 'B=2'],
    Entrypoint: ['run'],
    Cmd: ['it'],
    Labels: { badgateway: 'r' },
  },
  HostConfig: { Memory: 5, Binds: ['/x:/named'], PortBindings: { '80/tcp': [{ HostPort: '1' }] }, AutoRemove: true },
  Mounts: [
    { Type: 'bind', Destination: '/named', RW: true },
    { Type: 'volume', Name: 'nameless', Destination: '/data', RW: true },
  ],
  NetworkSettings: {
    Networks: {
      front: { Aliases: ['api', 'abcdef012345'], IPAMConfig: { IPv4Address: '10.0.0.5' } },
      back: { Aliases: ['db'], IPAMConfig: null },
    },
  },
} as unknown as Inspected

test('it is the same once more: names, addresses of its own choice, limits, and the data that is its alone', () => {
  const { create, join } = recreationOf(meant, { name: 'new', change: {}, image: 'sha256:1' })
  expect(create).toMatchObject({
    name: 'new',
    Image: 'sha256:1',
    Env: ['A=1', 'B=2'],
    Entrypoint: ['run'],
    Cmd: ['it'],
    Labels: { badgateway: 'r' },
    HostConfig: { Memory: 5, AutoRemove: false, PortBindings: { '80/tcp': [{ HostPort: '1' }] } },
    NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['api'], IPAMConfig: { IPv4Address: '10.0.0.5' } } } },
  })
  expect(create.HostConfig?.Mounts).toEqual([{ Type: 'volume', Source: 'nameless', Target: '/data', ReadOnly: false }])
  expect(create).not.toHaveProperty('Hostname')
  expect(join).toEqual([{ network: 'back', endpoint: { Aliases: ['db'] } }])
})

test('who is to be elsewhere asks for no address of its own', () => {
  const { create } = recreationOf(meant, { name: 'new', change: { elsewhere: true }, image: 'sha256:1' })
  expect(create.NetworkingConfig?.EndpointsConfig).toEqual({ front: { Aliases: ['api'] } })
})

test('what is changed about it is changed', () => {
  const change = { env: { B: '3' }, entrypoint: ['sleep', '9'], memoryMb: 1, restart: 'always', alias: 'lost' } as const
  const { create, join } = recreationOf(meant, { name: 'new', change, image: 'other', ports: {} })
  expect(create).toMatchObject({ Image: 'other', Env: ['A=1', 'B=3'], Entrypoint: ['sleep', '9'], Cmd: [] })
  expect(create.HostConfig).toMatchObject({ Memory: 2 ** 20, MemorySwap: 2 ** 20, RestartPolicy: { Name: 'always' } })
  expect(create.HostConfig?.PortBindings).toEqual({})
  expect([create.NetworkingConfig?.EndpointsConfig?.['front']?.Aliases, join[0]?.endpoint.Aliases]).toEqual([
    ['lost'],
    ['lost'],
  ])
})
