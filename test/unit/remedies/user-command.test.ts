import { expect, test } from 'vitest'
import { userRemedy } from '../../../src/remedies/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'

const place = {
  cwd: '/',
  withinMs: 30_000,
  hasSecrets: false,
  project: () => ({ name: 'bg-r1', file: '/copies/compose.json' }),
}

test('as a remedy: done when it says so, and the witnesses look again in any case', async () => {
  const scene = fakeScene()
  const remedy = (run: string[]) =>
    userRemedy({ name: 'mend', run: [run] }, place)
      .ready({ kind: 'mend' })
      .make()
  expect(await remedy(['true']).apply(scene)).toMatchObject({ ok: true, changed: true })
  expect(await remedy(['false']).apply(scene)).toMatchObject({ ok: false, changed: true, because: 'exit code 1' })
  expect(scene.promised).toEqual([])
})
