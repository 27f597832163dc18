import { describe, expect, test } from 'vitest'
import { composeDocument } from '../../../src/compose/document.ts'
import { edgesOf } from '../../../src/compose/networks.ts'
import { type OwnOptions, ownDocument, ownNames } from '../../../src/compose/own-document.ts'
import { documentBy } from './said.ts'

function own(major: 1 | 2, more: Partial<OwnOptions> = {}) {
  const given = documentBy(major)
  const said: string[] = []
  let port = 20_000
  const document = ownDocument(given, {
    names: ownNames(given, { runId: 'R.1', random: 'abc123', major }),
    labels: { badgateway: 'R.1', 'badgateway.journal': '/tmp/a$b/journal.jsonl' },
    major,
    freePort: () => port++,
    proxyServices: [],
    publish: [],
    taken: [],
    at: (source) => (source === '/srv/shop/data' ? '/ours/da$ta' : source),
    say: (line) => said.push(line),
    ...more,
  })
  return { document, said, services: document.services }
}

const named = (major: 1 | 2, edges: readonly string[]) => ({
  names: ownNames(documentBy(major), { runId: 'R.1', random: 'abc123', major, edges }),
})

const worn = { badgateway: 'R.1', 'badgateway.journal': '/tmp/a$$b/journal.jsonl' }

describe.each([1, 2] as const)('of what Compose %i says', (major) => {
  test('every container, network, volume and image of ours wears the labels of the run', () => {
    const { document, services } = own(major)
    for (const one of Object.values(services)) expect(one.labels).toMatchObject(worn)
    for (const one of Object.values(document.networks ?? {})) expect(one?.labels).toEqual(worn)
    for (const one of Object.values(document.volumes ?? {})) expect(one?.labels).toEqual(worn)
    expect(services['api']?.build).toMatchObject({ labels: { mine: 'yes', ...worn }, args: { A: '1' } })
    expect(services['worker']?.labels).toMatchObject({ 'a.b': 'c$$d' })
  })

  test('nothing has a name of the user’s, and who asks for it by that finds it', () => {
    const { document, services } = own(major)
    expect(Object.values(document.networks ?? {}).map((one) => one?.name)).toSatisfy(allOurs)
    expect(Object.values(document.volumes ?? {}).map((one) => one?.name)).toSatisfy(allOurs)
    expect(services['edge']).not.toHaveProperty('container_name')
    expect(services['edge']?.networks).toMatchObject({
      front: { aliases: ['shop', 'my-edge'] },
      back: { aliases: ['my-edge'] },
    })
    expect(document).not.toHaveProperty('name')
  })

  test('what is built has a tag of ours, also for who only uses it', () => {
    const tag = 'badgateway-built/bg-r-1-abc123-api:latest'
    const { services } = own(major)
    expect([services['api']?.image, services['worker']?.image, services['edge']?.image]).toEqual([
      tag,
      tag,
      'nginx:1.29',
    ])
  })

  test('ports are on 127.0.0.1 alone, of several containers wherever the engine likes', () => {
    const { services } = own(major, {
      publish: [
        { service: 'edge', port: 80 },
        { service: 'worker', port: 9 },
      ],
    })
    expect(services['edge']?.ports).toEqual([
      '127.0.0.1:20000:80/tcp',
      '127.0.0.1:20001:443/tcp',
      '127.0.0.1:20002:9000/udp',
      '127.0.0.1:20003:9001/udp',
      '127.0.0.1:20004:81/tcp',
    ])
    expect(services['api']?.ports).toEqual(['127.0.0.1::3000/tcp'])
    expect(services['worker']?.ports).toEqual(['127.0.0.1::9/tcp'])
  })

  test('what was copied is mounted from the copy, also as a volume, and the rest from where it is', () => {
    const { document, services } = own(major)
    const mounts = JSON.stringify(services['edge']?.volumes)
    expect(mounts).toContain('/ours/da$$ta')
    expect(mounts).not.toContain('/srv/shop/data')
    expect(mounts).toContain('/srv/shop/nginx')
    expect(mounts).toContain('/srv/shop/html$$x')
    expect(document.volumes?.['folder']?.driver_opts).toMatchObject({ device: '/ours/da$$ta', o: 'bind' })
  })

  test('what is external, or lies elsewhere, is a fresh one and told', () => {
    const { document, said } = own(major)
    expect(JSON.stringify([document.volumes, document.networks])).not.toMatch(
      /external|"type":"nfs"|their-|10\.0\.0\.1/,
    )
    expect(said).toEqual([
      "network their-network is external: a fresh one is in its place, with this project's services alone",
      'volume their-volume is external: a fresh, empty one is in its place',
      'volume nfs lies elsewhere (nfs): a fresh, empty one is in its place',
      'service api is linked to outside, which is not of the project: left out',
      'service worker is privileged: what it does to the machine itself is not kept apart',
    ])
  })

  test('addresses stay while nobody has them; those that are taken are moved, or left to the engine', () => {
    expect(own(major).document.networks).toMatchObject({
      front: { ipam: { config: [{ subnet: '172.31.9.0/24', gateway: '172.31.9.1' }] } },
    })
    const { document, services, said } = own(major, { taken: ['172.31.0.0/16', '198.18.0.0/24'] })
    expect(document.networks).toMatchObject({
      front: { ipam: { config: [{ subnet: '198.18.1.0/24', gateway: '198.18.1.1' }] } },
      back: { ipam: { config: [] } },
    })
    expect(services['edge']?.networks).toMatchObject({ front: { ipv4_address: '198.18.1.10' } })
    expect(said).toContain('network front: 172.31.9.0/24 is taken, so it is 198.18.1.0/24')
    expect(said).toContain('network back: 172.31.8.0/24 is taken, the engine chooses another')
  })

  test('nothing of a copy leaves this machine, and ports are those of a network of its own', () => {
    expect(own(major).document.networks?.['front']?.internal).not.toBe(true)
    const { document, services } = own(major, { edges: ['edge'], ...named(major, ['edge']) })
    const { 'badgateway-edge-edge': edge, ...others } = document.networks ?? {}
    expect(Object.values(others).map((one) => one?.internal)).toEqual(Object.keys(others).map(() => true))
    expect(edge).toMatchObject({
      name: 'badgateway-R.1-abc123-network-badgateway-edge-edge',
      driver_opts: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
      labels: worn,
    })
    expect(Object.keys(services['edge']?.networks ?? {})).toContain('badgateway-edge-edge')
    expect(services['edge']?.ports).toContain('127.0.0.1:20000:80/tcp')
    expect([services['api']?.ports, services['worker']?.ports]).toEqual([[], []])
    expect(Object.keys(services['api']?.networks ?? {})).not.toContain('badgateway-edge-edge')
  })

  test('a registry is never asked by the way, and replicas stay', () => {
    const { services } = own(major)
    expect([services['api']?.scale, services['worker']?.deploy?.replicas]).toEqual([2, 2])
    expect(services['api']?.['pull_policy']).toBe(major === 1 ? undefined : 'never')
  })
})

const allOurs = (names: (string | undefined)[]) =>
  names.length > 2 && names.every((one) => one?.startsWith('badgateway-R.1-abc123-'))

test('a copy does not know this machine by a name', () => {
  const services = { a: { extra_hosts: ['host.docker.internal:host-gateway', 'shop.test:10.0.0.7'] } }
  const given = composeDocument.parse({ services })
  const made = (edges?: readonly string[]) => {
    const names = ownNames(given, { runId: 'r', random: 'x', major: 2 })
    const how = { names, labels: {}, major: 2, freePort: () => 1, proxyServices: [], publish: [], taken: [] }
    const whole = { ...how, at: (one: string) => one, say: () => undefined, edges }
    return ownDocument(given, whole).services['a']?.extra_hosts
  }
  expect(made([])).toEqual(['shop.test:10.0.0.7'])
  expect(made()).toHaveLength(2)
})

test('ports are those that are asked for, or of all that publish one, but for an Alertmanager', () => {
  const ports = ['80']
  const { services } = composeDocument.parse({
    services: { web: { ports }, api: {}, pager: { ports, command: ['prometheus-alertmanager'] }, own: { ports } },
  })
  expect(edgesOf({ services }, [])).toEqual(['web', 'own'])
  expect(edgesOf({ services }, [{ service: 'api' }, { service: 'api' }])).toEqual(['api'])
})

test('containers are called as each Compose calls them', () => {
  const names = (major: 1 | 2) => ownNames(documentBy(major), { runId: 'R.1', random: 'abc123', major }).containers
  expect(names(1).slice(0, 3)).toEqual(['bg-r-1-abc123_api_1', 'bg-r-1-abc123_api_2', 'bg-r-1-abc123_edge_1'])
  expect(names(2).slice(0, 3)).toEqual(['bg-r-1-abc123-api-1', 'bg-r-1-abc123-api-2', 'bg-r-1-abc123-edge-1'])
})
