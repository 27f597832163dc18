import { expect, test } from 'vitest'
import { prometheusOf } from '../../../../src/stack/prometheus.ts'
import {
  aliasesOf,
  commandOf,
  configurationOf,
  coresOf,
  envOf,
  networksOf,
  programOf,
  rulesOf,
} from '../../../../src/stack/snapshot/snapshot-parts.ts'
import { fakeStack } from '../../../support/fake-stack.ts'

test.each([
  ['nginx', 'nginx version: nginx/1.26.3\n', 'nginx 1.26.3'],
  ['nginx', 'nginx version: nginx/1.22.1\n', 'nginx 1.22.1'],
  ['node', 'v20.19.2\n', 'node 20.19.2'],
  ['postgres', 'postgres (PostgreSQL) 17.12 (Debian 17.12-0+deb13u1)\n', 'postgres 17.12'],
  ['prometheus', 'prometheus, version 2.53.3+ds1 (branch: debian/sid)\n', 'prometheus 2.53.3+ds1'],
] as const)('the program of %s says its version', (role, said, program) => {
  expect(programOf(role, said)).toBe(program)
})

test('what is no version is none', () => {
  expect(programOf('nginx', 'sh: nginx: not found')).toBeNull()
})

const printed = (comment: string, gap: string) => `# configuration file /etc/nginx/nginx.conf:
${comment}
user nobody;
${gap}
http {
  include    /etc/nginx/conf.d/*.conf;
}

# configuration file /etc/nginx/conf.d/site.conf:
server { # not a comment of its own
}
`

test('a configuration is the same whatever its comments, blank lines and spaces', () => {
  const [one, other] = [configurationOf(printed('# a', '')), configurationOf(printed('  # b', '\n\n'))]
  expect(one).toEqual(other)
  expect(one.files).toEqual({
    '/etc/nginx/conf.d/site.conf': ['server { # not a comment of its own', '}'],
    '/etc/nginx/nginx.conf': ['user nobody;', 'http {', 'include /etc/nginx/conf.d/*.conf;', '}'],
  })
})

test('another line is another configuration', () => {
  const changed = printed('#', '').replace('nobody', 'root')
  expect(configurationOf(changed).hash).not.toBe(configurationOf(printed('#', '')).hash)
})

test('values of the environment are hashed, and secrets are not even that', () => {
  const env = envOf(['ROLE=web', 'BADGATEWAY_TOKEN=s3cret', 'DATABASE_URL=postgres://shop:hunter2@database/shop'])
  expect(Object.keys(env)).toEqual(['BADGATEWAY_TOKEN', 'DATABASE_URL', 'ROLE'])
  expect(env['BADGATEWAY_TOKEN']).toBe('set')
  expect(env['DATABASE_URL']).toMatch(/^[0-9a-f]{12}$/)
  expect(JSON.stringify(env)).not.toMatch(/s3cret|hunter2/)
  expect(envOf(['ROLE=api'])['ROLE']).not.toBe(env['ROLE'])
})

test('networks lose the name of their run', () => {
  const names = ['badgateway-1f-internal', 'badgateway-1f-edge', 'badgateway-1f-staging-internal', 'bridge']
  expect(networksOf(names)).toEqual(['bridge', 'edge', 'internal', 'internal'])
})

const rule = {
  type: 'alerting',
  name: 'NginxDown',
  query: 'nginx_up == 0',
  duration: 3,
  labels: { severity: 'critical' },
}
const asked = async (body: string) => {
  const { agent, description } = fakeStack()
  const forward = () => Promise.resolve({ status: 200, headers: {}, body, ms: 1 })
  const { monitoring } = description
  return monitoring && (await prometheusOf({ ...agent, forward }, monitoring).rules())
}
const rulesIn = async (rules: object[]) => {
  const body = JSON.stringify({ data: { groups: [{ file: '/etc/prometheus/nginx.yml', rules }] } })
  return rulesOf((await asked(body)) ?? [])
}

test('rules are known by name and file, and told apart by what they ask', async () => {
  const [one] = Object.entries(await rulesIn([rule]))
  expect(one?.[0]).toBe('alert NginxDown in nginx.yml')
  const later = await rulesIn([{ ...rule, duration: 30 }])
  expect(Object.keys(later)).toEqual([one?.[0]])
  expect(Object.values(later)).not.toEqual([one?.[1]])
})

test('an answer that is none is no empty list of rules', async () => {
  await expect(asked('not ready')).rejects.toThrow('cannot be read')
  await expect(asked('{}')).rejects.toThrow('cannot be read')
})

test('names on the networks are those that somebody gave', () => {
  const networks = { front: { Aliases: ['web', 'abcdef'] }, back: { Aliases: ['api', 'web'] }, none: { Aliases: null } }
  expect(aliasesOf(networks, 'abcdef0123')).toEqual(['api', 'web'])
})

test('a command is told by its program and a hash: it may hold a secret', () => {
  const told = commandOf({ Entrypoint: ['run'], Cmd: ['--password=x'] })
  expect(told).toMatch(/^run [0-9a-f]{12}$/)
  expect(commandOf({ Entrypoint: 'run', Cmd: ['--password=y'] })).not.toBe(told)
})

test.each<[Parameters<typeof coresOf>[0], number | null]>([
  [{ NanoCpus: 5e8 }, 0.5],
  [{ CpuQuota: 150_000, CpuPeriod: 100_000 }, 1.5],
  [{ CpuQuota: 50_000 }, 0.5],
  [{ CpuQuota: -1 }, null],
  [{}, null],
])('%j are %d cores', (host, cores) => {
  expect(coresOf(host)).toBe(cores)
})
