import { expect, test } from 'vitest'
import type { EndedFault } from '../../../../src/cleanup/undo-stack.ts'
import { endFaultOf } from '../../../../src/run/ends/end-fault.ts'
import type { ActiveFault } from '../../../../src/run/stage.ts'
import { releaseHistory } from '../../../../src/stack/release-history.ts'
import { faultFor } from '../../../support/made-kinds.ts'

const fault = faultFor({ kind: 'backend-offline', how: 'container', role: 'web' })
const release = (name: string) => ({ name, hash: name, files: [] })
const nothing: EndedFault = { undone: [], failures: [] }

function ending(active: ActiveFault, undone: EndedFault = nothing) {
  const said: string[] = []
  const releases = releaseHistory()
  const endFault = endFaultOf({
    undo: { undoFault: (name) => Promise.resolve(said.push(`undo ${name}`)).then(() => undone) },
    stack: { refresh: () => Promise.resolve(void said.push('refresh')) },
    releases,
    inForce: [active],
  })
  return { endFault, said, releases }
}

test('a fault ends by its own end, by its undos, and the stack is looked at anew', async () => {
  const own: string[] = []
  const undone = {
    ...nothing,
    undone: [{ id: 'u1', undo: { verb: 'start', container: 'c'.repeat(12) }, why: 'start it' }],
  }
  const end = () => Promise.resolve(void own.push('end'))
  const { endFault, said } = ending({ name: 'one', fault, end }, undone as EndedFault)
  expect(await endFault('one')).toEqual({ ...undone, byItself: true })
  expect([own, said]).toEqual([['end'], ['undo one', 'refresh']])
})

test('an end that fails is told, and its undos are done all the same', async () => {
  const end = () => Promise.reject(new Error('no'))
  const { endFault, said } = ending({ name: 'one', fault, end })
  expect(await endFault('one')).toMatchObject({ failures: ['ending one: no'] })
  expect(said).toEqual(['undo one', 'refresh'])
})

test('a fault that was never in force is not ended', async () => {
  const { endFault, said } = ending({ name: 'one', fault })
  expect(await endFault('other')).toBeUndefined()
  expect(said).toEqual([])
})

test('after a deploy that is taken back the release before it is the current one', async () => {
  const { endFault, releases } = ending({ name: 'one', fault })
  releases.record(release('good'))
  releases.record(release('bad'))
  await endFault('one')
  expect(releases.current?.name).toBe('good')
})
