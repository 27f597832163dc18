import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'database-healthy', service: 'database' })

test('healthy is what answers a query', async () => {
  expect(await probe.look(fakeView())).toMatchObject({
    finding: 'healthy',
    evidence: { products: 50, connections: 4 },
  })
})

test.each([[{ code: 2, output: 'connection refused' }], [{ code: 0, output: '' }]])(
  '%o is not answering',
  async (result) => {
    const stack = fakeStack()
    Object.assign(stack.service('database'), { exec: () => Promise.resolve(result) })
    expect((await probe.look(fakeView({ stack }))).finding).toBe('not answering')
  },
)

test('a database whose container runs nothing is not answering', async () => {
  const stack = fakeStack()
  const dead = () => Promise.reject(new Error('container is not running'))
  Object.assign(stack.service('database'), { exec: dead })
  const observation = await probe.look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'not answering', because: 'container is not running' })
})
