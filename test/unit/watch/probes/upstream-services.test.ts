import { expect, test } from 'vitest'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'upstream-services' })
const all = ['web-1', 'web-2', 'api-1', 'api-2']

test.each([
  ['all respond', []],
  ['one unresponsive', ['api-1']],
  ['several unresponsive', ['api-1', 'web-2']],
  ['all unresponsive', all],
])('%s', async (finding, dead) => {
  const view = fakeView()
  for (const name of dead) await view.stack.service(name).stop()
  expect(await probe.look(view)).toMatchObject({ finding, evidence: { asked: 4 } })
})

test('names who does not answer, and how', async () => {
  const view = fakeView()
  await view.stack.service('api-1').stop()
  expect((await probe.look(view)).because).toContain('api-1: no answer')
})
