import { expect, test } from 'vitest'
import { readyRemedy } from '../../../src/remedies/index.ts'
import type { FaultEnd } from '../../../src/stack/scene.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { remedyFor } from '../../support/made-kinds.ts'

const spec = { kind: 'end-fault', fault: 'offline' } as const
const outlook = {
  services: [],
  mayGrow: false,
  pool: 1,
  measures: [],
  unfindable: () => undefined,
  unheard: () => undefined,
}

async function applied(end: FaultEnd | undefined) {
  const scene = serverScene()
  return await remedyFor(spec).apply({ ...scene, endFault: () => Promise.resolve(end) })
}

test('a fault that does not come before is refused, with those that do', () => {
  const { refuse } = readyRemedy(spec)
  expect(refuse({ ...outlook, faults: ['offline'] })).toEqual([])
  const what = "Did you mean 'ofline'? No fault before has that name: there are ofline, slow"
  expect(refuse({ ...outlook, faults: ['ofline', 'slow'] })).toEqual([{ path: 'fault', value: 'offline', what }])
  expect(refuse({ ...outlook, faults: [] })).toMatchObject([{ what: 'No fault before has that name: there is none' }])
})

test('it names what was undone, and waits for the servers among it', async () => {
  const scene = serverScene()
  const { containerId: container } = scene.stack.service('web-1')
  const undone = [{ undo: { verb: 'start', container } as const, why: 'start web-1' }]
  const endFault = () => Promise.resolve({ undone, failures: [], byItself: false })
  const outcome = await remedyFor(spec).apply({ ...scene, endFault })
  expect(outcome).toMatchObject({
    ok: true,
    changed: true,
    evidence: { undone: ['start web-1'], waitedFor: ['web-1'] },
  })
})

test('what could not be undone fails it, and is named', async () => {
  const outcome = await applied({ undone: [], failures: ['start web-1: not undone: no'], byItself: false })
  expect(outcome).toMatchObject({ ok: false, changed: false, because: expect.stringContaining('not undone: no') })
})

test('a fault with an end of its own is ended without any undo', async () => {
  expect(await applied({ undone: [], failures: [], byItself: true })).toMatchObject({ ok: true, changed: true })
})

test('a fault that was never in force is not ended', async () => {
  expect(await applied(undefined)).toMatchObject({ ok: false, changed: false })
})
