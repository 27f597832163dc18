import { expect, test } from 'vitest'
import { probeFor } from '../../../support/made-kinds.ts'
import { patchableScene } from '../../../support/patchable.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'nginx-version' })

test('the version of the proxy itself, or of that which the switch sends to', async () => {
  const { stack } = await patchableScene()
  expect(await probe.look(fakeView({ stack }))).toMatchObject({
    finding: 'Nginx 1.22',
    because: 'proxy is Nginx 1.22.1',
  })
  const { stack: switched } = await patchableScene({ measures: ['drain-and-swap'] })
  expect((await probe.look(fakeView({ stack: switched }))).evidence).toMatchObject({
    serves: 'proxy',
    version: '1.22.1',
  })
})

test('one that does not say is unknown', async () => {
  const { stack } = await patchableScene({ versions: [null, '1.26.3'] })
  expect((await probe.look(fakeView({ stack }))).finding).toBe('unknown')
})
