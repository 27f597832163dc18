import { expect, test } from 'vitest'
import { fakeFirewall } from '../../../support/fake-firewall.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'firewall-rules' })

test.each<[string, Record<string, string[]>]>([
  ['no foreign rules', {}],
  ['foreign rules', { 'web-1': ['-N SHIELD', '-A INPUT -p tcp -m tcp --dport 8080 -j DROP'] }],
  ['foreign rules', { proxy: ['-P OUTPUT DROP'] }],
])('%s', async (finding, rules) => {
  const stack = fakeStack()
  const { left } = fakeFirewall(stack, rules)
  expect((await probe.look(fakeView({ stack }))).finding).toBe(finding)
  expect(left).toEqual([])
})

test('a container that does not run has no filter to look at', async () => {
  const stack = fakeStack()
  fakeFirewall(stack, { 'web-1': ['-A INPUT -j DROP'] })
  stack.dead.add('web-1')
  const observation = await probe.look(fakeView({ stack }))
  expect(observation).toMatchObject({
    finding: 'no foreign rules',
    evidence: { looked: ['proxy', 'web-2', 'api-1', 'api-2'] },
  })
})
