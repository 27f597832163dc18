import { expect, test } from 'vitest'
import { roomOn } from '../../../src/stack/beside/room-on.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = (path = '/dev/shm') => faultFor({ kind: 'disk-full', service: 'web-1', path })

test('what fills it is removed by who stands among its processes, and that is on record before', async () => {
  const scene = serverScene()
  expect(await fault().inject(scene)).toMatchObject({ outcome: 'in-force' })
  const files = [{ path: '/proc/1/root/dev/shm/badgateway-full', content: null }]
  expect(scene.promised.map(({ undo }) => undo)).toMatchObject([
    { verb: 'remove-container' },
    { verb: 'write-files', files, signal: null },
  ])
})

test.each([
  ['no tmpfs', '1 0 0:1 / / rw - overlay x rw', '4096 100 50', '/dev/shm lies on overlay (/), and no disk'],
  ['too large', '1 0 0:1 / /dev rw - tmpfs x rw', '4096 1000000 50', '/dev has room for 3906 MiB'],
  ['none', '', '', 'there is no /dev/shm'],
])('what is %s is not filled', async (_, mounts, sizes, because) => {
  const scene = serverScene()
  const { inside } = scene.stack
  const exec = ([program]: readonly string[]) => {
    return Promise.resolve({ code: sizes === '' ? 1 : 0, output: program === 'cat' ? mounts : sizes })
  }
  scene.stack.inside = (name) => ({ ...inside(name), exec })
  const { outcome, because: said } = await fault().inject(scene)
  expect([outcome, said]).toEqual(['rejected', expect.stringContaining(because)])
  expect(scene.promised).toEqual([])
})

test('the mount that counts is the last one at the longest place', async () => {
  const mounts = [
    '1 0 0:1 / / rw - overlay x rw',
    '2 1 0:2 / /var rw - ext4 /dev/sda rw',
    '3 1 0:3 / /var/cache rw - tmpfs x rw',
    '4 1 0:4 / /var/cache rw shared:3 - ext4 /dev/sdb rw',
    '5 1 0:5 / /var/cacheother rw - tmpfs x rw',
  ].join('\n')
  const exec = ([program]: readonly string[]) =>
    Promise.resolve({ code: 0, output: program === 'cat' ? mounts : '4096 100 50' })
  expect(await roomOn(exec, '/var/cache/nginx')).toEqual({
    kind: 'ext4',
    mountedAt: '/var/cache',
    sizeBytes: 409_600,
    freeBytes: 204_800,
  })
})
