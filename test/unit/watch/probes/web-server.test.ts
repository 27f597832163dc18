import { expect, test } from 'vitest'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'web-server', service: 'proxy' })

test('operational, whatever the servers behind it do', async () => {
  const view = fakeView()
  for (const name of ['web-1', 'web-2', 'api-1', 'api-2']) await view.stack.service(name).stop()
  expect(await probe.look(view)).toMatchObject({ finding: 'operational', evidence: { status: 200, running: true } })
})

test('not operational: a configuration that does not load', async () => {
  const view = fakeView()
  view.stack.service('proxy').exec = () => Promise.resolve({ code: 1, output: 'nginx: [emerg] unexpected end' })
  const { finding, because } = await probe.look(view)
  expect([finding, because]).toEqual(['not operational', expect.stringContaining('[emerg] unexpected end')])
})

test('not operational: nobody answers on its status port', async () => {
  const view = fakeView()
  view.stack.agent.forward = () => Promise.reject(new Error('ECONNREFUSED'))
  const { finding, because } = await probe.look(view)
  expect([finding, because]).toEqual(['not operational', expect.stringContaining('ECONNREFUSED')])
})
