import { expect, test } from 'vitest'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const path = '/etc/nginx/shared/keepalive.conf'

test('the file is gone, its content is on record, and the witness sees both states', async () => {
  const scene = fakeScene()
  const content = scene.stack.proxies.get('proxy')?.disk.get(path)?.toString('base64')
  const { inject, witness } = faultFor({ kind: 'missing-file', service: 'proxy', path })
  expect((await witness.see(scene)).present).toBe(false)
  expect((await inject(scene)).outcome).toBe('in-force')
  expect((await witness.see(scene)).present).toBe(true)
  expect(scene.promised[0]?.undo).toMatchObject({ verb: 'write-files', files: [{ path, content }] })
})

test('a file that was not there cannot be removed', async () => {
  const scene = fakeScene()
  const { inject } = faultFor({ kind: 'missing-file', service: 'proxy', path: '/etc/nginx/none.conf' })
  expect(await inject(scene)).toMatchObject({
    outcome: 'rejected',
    because: '/etc/nginx/none.conf was not there before',
  })
  expect(scene.promised).toEqual([])
})
