import { expect, test } from 'vitest'
import { differencesBetween } from '../../../../src/stack/snapshot/snapshot-differences.ts'
import { serviceSnapshot, stackOf } from '../../../support/snapshot.ts'

const names = { a: 'staging', b: 'production' }
const compare = (a = stackOf(), b = stackOf(), roles?: string[]) => differencesBetween({ a, b }, names, roles)

test('a stack does not differ from one that is equal', () => {
  expect(compare()).toEqual([])
})

test('one server where there are two: its line cannot show up there', () => {
  const two = stackOf()
  two.services.push(serviceSnapshot('web-2', 'web'))
  expect(compare(stackOf(), two)).toEqual([
    {
      what: 'services: web',
      a: '1 (web-1)',
      b: '2 (web-1, web-2)',
      consequence: 'a wrong line for web-2 cannot show up in staging, nor what its loss would do',
    },
  ])
  expect(compare(two, stackOf())[0]?.consequence).toContain('in production')
})

test('no database: nothing on its path can be tried', () => {
  const whole = stackOf()
  whole.services.push(serviceSnapshot('database', 'database'))
  expect(compare(stackOf(), whole)).toMatchObject([
    { what: 'services: database', a: 'none', b: '1 (database)', consequence: expect.stringContaining('answers 503') },
  ])
})

test.each([
  ['program', { program: 'nginx 1.22.1' }, /refuse or read differently: staging cannot vouch for production/],
  ['image', { image: 'sha256:other' }, /another build/],
  ['memory limit', { memoryLimit: null }, /lower limit/],
  ['restart policy', { restart: 'always' }, /a crash looks different/],
  ['networks', { networks: ['edge', 'internal'] }, /reachability/],
  ['state', { state: 'paused' }, /not in the same condition/],
  ['environment', { env: {} }, /told something else/],
] as const)('another %s is told with what it means', (what, proxy, consequence) => {
  expect(compare(stackOf({ proxy }))).toMatchObject([
    { what: `${what} of proxy`, consequence: expect.stringMatching(consequence) },
  ])
})

test('a server that misbehaves on purpose is no fresh one', () => {
  const told = compare(stackOf({ web: { behaviour: '{"latency":{"ms":5}}' } }))
  expect(told).toMatchObject([
    { what: 'behaviour of web-1', b: '{}', consequence: expect.stringContaining('no fresh') },
  ])
})

test('services that differ in the same way share a line', () => {
  const [a, b] = [256, 512].map((mebi) => {
    const stack = stackOf({ web: { memoryLimit: mebi * 2 ** 20 } })
    stack.services.push(serviceSnapshot('web-2', 'web', { memoryLimit: mebi * 2 ** 20 }))
    return stack
  })
  expect(compare(a, b)).toMatchObject([{ what: 'memory limit of web-1, web-2', a: '256 MiB', b: '512 MiB' }])
})

test('rules that are loaded in one only, or say something else', () => {
  const rules = { 'alert NginxDown in nginx.yml': 'ccc', 'alert Leak in leak.yml': 'ddd' }
  expect(compare(stackOf(), stackOf({ rules }))).toMatchObject([
    { what: 'rule: alert Leak in leak.yml', a: 'not loaded', consequence: expect.stringContaining('in staging') },
    { what: 'rule: alert NginxDown in nginx.yml', consequence: expect.stringContaining('at another moment') },
  ])
  expect(compare(stackOf(), stackOf({ rules }), ['proxy', 'web'])).toEqual([])
})

test('the configuration is told line by line', () => {
  const file = '/etc/nginx/conf.d/upstreams.conf'
  const made = (hash: string, lines: string[]) =>
    stackOf({ proxy: { configuration: { hash, files: { [file]: lines } } } })
  const told = compare(made('1', ['server web-1:8080;']), made('2', ['server web-1:8080;', 'server web-2:8090;']))
  expect(told).toMatchObject([
    { what: 'configuration conf.d/upstreams.conf of proxy', a: 'lacks lines', b: 'server web-2:8090;' },
  ])
  expect(compare(made('1', ['a;', 'b;']), made('2', ['b;', 'a;']))[0]?.a).toBe('the same lines in another order')
})

test('the same files, and workers that have not read them', () => {
  expect(compare(stackOf({ proxy: { serves: 'bad' } }))).toMatchObject([
    { what: 'release served of proxy', a: 'bad', b: 'good' },
  ])
})

test('a configuration that Nginx refuses is told as that', () => {
  expect(compare(stackOf({ proxy: { configuration: null } }))).toMatchObject([
    { what: 'configuration of proxy', a: 'refused by nginx -T', b: 'valid' },
  ])
})

test.each<[string, object, object, string, string]>([
  ['names of web-1', { aliases: ['web-1'] }, { aliases: ['web-9'] }, 'web-1', 'web-9'],
  ['command of web-1', { startedWith: 'node 1' }, { startedWith: 'node 2' }, 'node 1', 'node 2'],
  ['CPU limit of web-1', { cpus: null }, { cpus: 0.5 }, 'none', '0.5 cores'],
])('%s differ, and who was looked at before these were is not compared', (what, one, other, a, b) => {
  expect(compare(stackOf({ web: one }), stackOf({ web: other }))).toMatchObject([{ what, a, b }])
  expect(compare(stackOf(), stackOf({ web: other }))).toEqual([])
})
