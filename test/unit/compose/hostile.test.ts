import { expect, test } from 'vitest'
import { type ComposeDocument, composeDocument } from '../../../src/compose/document.ts'
import { ownDocument, ownNames } from '../../../src/compose/own-document.ts'

/** What becomes of a project, and what is said of it. */
function own(project: object, { proxyServices = ['edge'], taken = ['10.77.0.0/16'] } = {}) {
  const given: ComposeDocument = composeDocument.parse(project)
  const said: string[] = []
  const document = ownDocument(given, {
    names: ownNames(given, { runId: 'R1', random: 'abc123', major: 2 }),
    labels: { badgateway: 'R1', 'badgateway.journal': '/tmp/journal.jsonl' },
    major: 2,
    freePort: () => 20_000,
    proxyServices,
    publish: [],
    taken,
    at: (source) => source,
    say: (line) => void said.push(line),
  })
  return { document, said }
}

const theirs = {
  badgateway: 'other',
  'badgateway.journal': '/etc/passwd',
  'badgateway.role': 'agent',
  'badgateway.stack': 'staging',
  'com.docker.compose.project': 'shop',
  'badgateway-is-fine': 'kept',
}

test('labels of theirs cannot say that something is of another run, part or project', () => {
  const labels = { ...theirs }
  const { document } = own({
    services: { api: { build: { context: '.', labels }, labels } },
    networks: { n: { labels } },
    volumes: { v: { labels } },
  })
  const kept = { badgateway: 'R1', 'badgateway.journal': '/tmp/journal.jsonl', 'badgateway-is-fine': 'kept' }
  const { api } = document.services
  const build = typeof api?.build === 'object' ? api.build : undefined
  const all = [api, build, document.networks?.['n'], document.volumes?.['v']]
  expect(all.map((one) => one?.labels)).toEqual([kept, kept, kept, kept])
})

// Attack 19.
test.each<[object, RegExp | undefined]>([
  [{ privileged: true }, /^service a is privileged: what it does to the machine itself is not kept apart$/],
  [
    { cap_add: ['SYS_ADMIN', '\u001b[2J'] },
    /^service a has more rights than usual \(cap_add: SYS_ADMIN, \\x1b\[2J\): /,
  ],
  [{ devices: ['/dev/sda:/dev/sda'] }, /^service a has devices of the machine: /],
  [{ volumes: [{ type: 'bind', source: '/', target: '/host', read_only: true }] }, /^service a sees all files: /],
  [{ volumes: [{ type: 'bind', source: '/srv', target: '/srv', read_only: true }] }, undefined],
])('what reaches beyond a project is told: %j', (service, told) => {
  const { said } = own({ services: { a: service } })
  expect(said).toEqual(told === undefined ? [] : [expect.stringMatching(told)])
})

test('a proxy that is read-only can be written to in our copy, and nobody else', () => {
  const { document, said } = own({ services: { edge: { read_only: true }, api: { read_only: true } } })
  expect([document.services['edge']?.read_only, document.services['api']?.read_only]).toEqual([false, true])
  expect(said).toEqual(['service edge is read-only: our copy can be written to, for its configuration is changed'])
})

test('of a network with both families ours has IPv4 alone: a fault in one would be passed by in the other', () => {
  const config = [{ subnet: 'fd00:7::/64' }, { subnet: '10.78.0.0/24' }]
  const networks = { n: { enable_ipv6: true, ipam: { config } } }
  const joined = { n: { ipv4_address: '10.78.0.9', ipv6_address: 'fd00:7::9' } }
  const { document, said } = own({ services: { api: { networks: joined } }, networks })
  expect(JSON.stringify(document)).not.toMatch(/fd00|ipv6/i)
  expect(document.services['api']?.networks).toEqual({ n: { ipv4_address: '10.78.0.9' } })
  expect(document.networks?.['n']?.ipam?.config).toEqual([{ subnet: '10.78.0.0/24' }])
  expect(said).toEqual(['network n has IPv6: our copy has IPv4 alone, for faults are put between such addresses'])
})
