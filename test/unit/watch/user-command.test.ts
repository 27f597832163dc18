import { expect, test } from 'vitest'
import { userProbe } from '../../../src/watch/index.ts'
import { fakeView } from '../../support/view.ts'

const place = {
  cwd: '/',
  withinMs: 30_000,
  hasSecrets: false,
  project: () => ({ name: 'bg-r1', file: '/copies/compose.json' }),
}

test('as a probe: the exit code, or one of the first lines that it may say', async () => {
  const look = (run: string[], finds?: string[]) =>
    userProbe({ name: 'orders', run: [run], finds }, place)
      .ready({ kind: 'orders' })
      .make()
      .look(fakeView())
  expect(await look(['sh', '-c', 'echo 2 orders twice; exit 1'])).toMatchObject({
    finding: 'exit code 1',
    because: 'exit code 1: 2 orders twice',
  })
  expect(await look(['echo', 'each once'], ['each once'])).toMatchObject({ finding: 'each once' })
  expect(await look(['echo', 'what?'], ['each once'])).toMatchObject({ finding: 'something else' })
  await expect(look(['no-such-program'])).rejects.toThrow('could not look')
})
