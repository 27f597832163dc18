import { expect, test } from 'vitest'
import type { Agent } from '../../../../src/protocol/agent-types.ts'
import { theirsThere } from '../../../../src/stack/attach/theirs.ts'
import { fakeStack } from '../../../support/fake-stack.ts'

type Request = Parameters<Agent['forward']>[0]
const rules = (all: object[]) => JSON.stringify({ status: 'success', data: { groups: [{ name: 'g', rules: all }] } })
const answer = (body: string, status = 200) => Promise.resolve({ status, headers: {}, body, ms: 1 })
const theirs = { prometheus: { service: 'prom', port: 9090 }, alertmanager: { service: 'pager', port: 9093 } }

async function asked(
  forward: (request: Request) => ReturnType<Agent['forward']>,
  hostOf = (name: string) => `x-${name}`,
) {
  const said: string[] = []
  const agent = { ...fakeStack().agent, forward }
  const found = await theirsThere(theirs, { agent, hostOf, tell: (line) => void said.push(line), signal: undefined })
  return { found, said }
}

test('what answers is asked where it is found', async () => {
  const hosts: string[] = []
  const { found, said } = await asked(({ host, path }) => {
    hosts.push(host)
    return answer(path.startsWith('/api/v1/rules') ? rules([{ name: 'Down' }]) : '[]')
  })
  expect(found).toMatchObject({
    ...{ service: 'prom', host: 'x-prom', prometheus: 9090 },
    theirs: { prometheus: { host: 'x-prom' }, alertmanager: { host: 'x-pager' } },
  })
  expect([hosts, said]).toEqual([['x-prom', 'x-pager'], []])
})

test.each([
  ['no Prometheus', () => answer('<html>'), 'Prometheus answers what cannot be read: <html>'],
  ['asks for a password', () => answer('Unauthorized', 401), 'Prometheus answers 401: Unauthorized'],
  ['has no rule', () => answer(rules([])), 'it has no alert rule'],
])('one that is %s is told in a sentence, and ours is left to ask', async (_, forward, why) => {
  const { found, said } = await asked(forward)
  expect(found).toBeUndefined()
  expect(said).toEqual([expect.stringContaining(`Your Prometheus (prom:9090) cannot be asked for alerts: ${why}`)])
})

test('one that comes up meanwhile is waited for, and one that stands nowhere is asked by its name', async () => {
  let times = 0
  const nowhere = (name: string) => {
    throw new Error(`${name} has no address`)
  }
  const { found, said } = await asked(({ path, host }) => {
    times += 1
    if (times === 1) return answer('starting', 503)
    return path.startsWith('/api/v1/rules') ? answer(rules([{ name: 'Down' }])) : answer(`${host}?`, 404)
  }, nowhere)
  expect(found?.theirs).toEqual({ prometheus: theirs.prometheus })
  expect(said).toEqual([
    'Your Alertmanager (pager:9093) cannot be asked whom an alert reaches: Alertmanager answers 404: pager?',
  ])
})
