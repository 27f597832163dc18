import { expect, test } from 'vitest'
import type { Service, ServiceState } from '../../../../src/stack/types.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

type Answers = { health: string; page: string }

/** A stack in which every server answers 200, but api-1 as given. */
function stackWith(one: Partial<Answers>, state: Partial<ServiceState> = {}, exec?: Service['exec']) {
  const stack = fakeStack()
  for (const service of stack.services) {
    const answers = { health: '200', page: '200', ...(service.name === 'api-1' ? one : {}) }
    const usual: Service['exec'] = (argv) => {
      const said = argv.at(-1) === '/healthz' ? answers.health : answers.page
      const codes: Record<string, number> = { refused: 7, silent: 124 }
      const output = said === 'refused' ? 'Connection refused' : `HTTP/1.1 ${said} X`
      return Promise.resolve({ code: codes[said] ?? 0, output })
    }
    const states = service.state
    const isOne = service.name === 'api-1'
    Object.assign(service, {
      exec: (isOne ? exec : undefined) ?? usual,
      state: async () => ({ ...(await states()), ...(isOne ? state : {}) }),
    })
  }
  return stack
}

test.each([
  ['all operational', stackWith({})],
  ['not running', stackWith({}, { running: false, exitCode: 137 })],
  ['paused', stackWith({}, { paused: true })],
  ['restarting', stackWith({}, { restartCount: 3 })],
  ['restarting', stackWith({}, { restartCount: 3, running: false })],
  ['not listening', stackWith({ health: 'refused', page: 'refused' })],
  ['not answering', stackWith({ page: 'silent' })],
  ['unhealthy', stackWith({ health: '503' })],
  ['failing', stackWith({ page: '503' })],
])('%s', async (finding, stack) => {
  const observation = await probeFor({ kind: 'backend-status' }).look(fakeView({ stack }))
  expect(observation.finding, observation.because).toBe(finding)
  expect(observation.evidence['unwell']).toEqual(finding === 'all operational' ? [] : ['api-1'])
})

test('a container that is gone does not run', async () => {
  const stack = stackWith({})
  Object.assign(stack.service('web-1'), { state: () => Promise.reject(new Error('no such container')) })
  const observation = await probeFor({ kind: 'backend-status' }).look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'not running', evidence: { unwell: ['web-1'] } })
})
