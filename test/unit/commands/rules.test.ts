import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { rulesAction } from '../../../src/commands/rules.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ownLook } from '../../support/own-look.ts'

interface Told {
  rules: { name: string; cannot: string | null; askFrom: string | null; canBeAsked: boolean; selectors: object[] }[]
}

async function asked(rules: string[], flags: Partial<Parameters<typeof rulesAction>[1]> = {}) {
  const cwd = await temporaryFolder('rules')
  await mkdir(join(cwd, 'mine'))
  const text = `groups:\n  - name: g\n    rules:\n${rules.map((rule) => `      - ${rule}\n`).join('')}`
  await writeFile(join(cwd, 'mine', 'a.yml'), text)
  const said: string[] = []
  const io = { out: (text: string) => void said.push(text), cwd } as CommandIo
  const code = await rulesAction('mine', { timeScale: '1s', ...flags }, io)
  const out = said.join('')
  return { code, out, told: (flags.json ? JSON.parse(out) : { rules: [] }) as Told }
}

const errors = '{ alert: Errors, for: 1m, expr: "rate(nginx_http_requests_total{status=~\\"5..\\"}[1m]) > 1" }'
const foreign = '{ alert: Foreign, expr: "nginx_ingress_controller_requests > 1 and up" }'

test('what each rule needs, what is there and what is not', async () => {
  const { code, out } = await asked([errors, foreign])
  expect(code).toBe(1)
  expect(out.split('\n')).toEqual([
    'a.yml: alert Errors (group g)',
    '  needs    for 1m, looks 1m back, 2m2s in all',
    '  there    nginx_http_requests_total{status=~"5.."}',
    '  asked    where a fault lasts 2m2s (--scenario tells the time scale)',
    'a.yml: alert Foreign (group g)',
    '  needs    for 0s, looks 0s back, 2s in all',
    '  missing  nginx_ingress_controller_requests: no metric nginx_ingress_controller_requests here',
    '  there    up',
    '  asked    never: no metric nginx_ingress_controller_requests here',
    '2 rules, 2 alerts; 1 cannot be asked here',
    '',
  ])
})

test.each([
  ['up{job="gateway"} == 0', null],
  ['probe_ssl_earliest_cert_expiry - time() < 86400', /only where the site has TLS/],
  ['up{job="ingress"} == 0', /no job 'ingress' here/],
  ['nginx_http_requests_total{host="a"} > 1', /has no label host here: it has method, route, status/],
  ['nginx_http_request_duration_seconds_bucket{le="1"} > 1', null],
  ['nginx_http_request_duration_seconds > 1', /no metric nginx_http_request_duration_seconds here/],
  ['absent(kube_pod_info)', null],
  ['pg_stat_activity_count > 1', null],
])('%s', async (expr, cannot) => {
  const { told, code } = await asked([`{ alert: A, expr: '${expr}' }`], { json: true })
  if (cannot === null) expect([code, told.rules[0]?.cannot]).toEqual([0, null])
  else expect([code, told.rules[0]?.cannot]).toEqual([1, expect.stringMatching(cannot)])
})

test('what a recording rule makes is there, unless it is made of nothing', async () => {
  const made = '{ record: "a:b", expr: "rate(nginx_http_requests_total[5m])" }'
  const nothing = '{ record: "c:d", expr: "rate(kube_requests[5m])" }'
  const alerts = ['{ alert: A, expr: "a:b > 1" }', '{ alert: C, expr: "c:d > 1" }']
  const { told } = await asked([made, nothing, ...alerts], { json: true })
  expect(told.rules.map(({ name, cannot }) => [name, cannot])).toEqual([
    ['a:b', null],
    ['c:d', 'no metric kube_requests here'],
    ['A', null],
    ['C', 'c:d is made of nothing: no metric kube_requests here'],
  ])
})

test('from which scale on a scenario leaves time', async () => {
  const scenario = 'misconfigured-upstream'
  const fast = await asked([errors], { scenario, json: true, timeScale: '500ms' })
  expect([fast.code, fast.told.rules[0]?.canBeAsked]).toEqual([1, false])
  const from = fast.told.rules[0]?.askFrom ?? ''
  const slow = await asked([errors], { scenario, json: true, timeScale: from })
  expect([slow.code, slow.told.rules[0]?.canBeAsked]).toEqual([0, true])
  const never = await asked(['{ alert: A, expr: "avg_over_time(up[30d]) < 1" }'], { scenario })
  expect(never.out).toContain('  asked  at no --time-scale: the fault of misconfigured-upstream, as-it-happened lasts')
})

test('what Prometheus would not take is refused', async () => {
  await expect(asked(['{ alert: A, expr: "up ===" }'])).rejects.toMatchObject({ code: 'RULES_INVALID', exitCode: 64 })
})

test('a variant is one of a scenario, and without it is refused', async () => {
  const refused = expect.objectContaining({ exitCode: 64, hint: 'Name it with --scenario.' })
  await expect(asked([errors], { variant: 'as-it-happened' })).rejects.toThrow(refused)
})

test('a scenario is told on the built-in stack alone', async () => {
  const both = asked([errors], { stack: '.', scenario: 'x' })
  await expect(both).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('--stack') })
})

test('a scenario that names a kind of somebody needs its file', async () => {
  const { scenario, kinds } = await ownLook()
  await expect(asked([errors], { scenario })).rejects.toThrow(/own-look/)
  expect((await asked([errors], { scenario, kinds: [kinds] })).out).toContain('the fault of edge, plain lasts about')
  await expect(asked([errors], { kinds: [kinds] })).rejects.toThrow('--kinds is of no scenario')
})
