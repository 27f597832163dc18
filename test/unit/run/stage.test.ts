import { expect, test } from 'vitest'
import type { NewFact } from '../../../src/journal/index.ts'
import { type ActiveFault, see } from '../../../src/run/stage.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { quickClock } from '../../support/quick-clock.ts'

/** What is seen by a witness for whom it is there so many times. */
async function seen(times: number, awaited: boolean) {
  const written: NewFact[] = []
  let left = times
  const look = () => Promise.resolve({ present: left-- > 0, because: 'told' })
  const fault = { inject: () => Promise.reject(new Error('it is not injected')), witness: { name: 'one', see: look } }
  const active: ActiveFault = { name: 'a deploy', fault }
  const stage = { scene: { ...fakeScene(), clock: quickClock() }, journal: { write: note } }
  function note(fact: NewFact) {
    written.push(fact)
    return { ...fact, n: 1, t: 0, at: '' }
  }
  return { present: await see(stage, active, 'after', { awaited }), written }
}

test('what was taken back is given a moment to go: new workers of a proxy come a little later', async () => {
  const { present, written } = await seen(3, true)
  expect(present).toBe(false)
  expect(written).toMatchObject([{ kind: 'fault-witnessed', moment: 'after', present: false }])
})

test('what stays is there, however long it is looked for', async () => {
  expect((await seen(Infinity, true)).present).toBe(true)
})

test('nothing is waited for where nothing was taken back', async () => {
  expect((await seen(1, false)).present).toBe(true)
})
