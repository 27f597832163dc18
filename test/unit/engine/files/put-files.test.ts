import { expect, test } from 'vitest'
import { mountOf, waysOf } from '../../../../src/engine/files/put-files.ts'

const mount = (Type: string, Source: string, Destination: string) => ({ Type, Source, Destination })
const file = (path: string) => ({ path, content: Buffer.from(path) })

test('the innermost mount is the one that counts', () => {
  const mounts = [mount('volume', 'v', '/etc'), mount('bind', '/run/a', '/etc/nginx')]
  expect(mountOf(mounts, '/etc/nginx/nginx.conf')?.Source).toBe('/run/a')
  expect(mountOf(mounts, '/etc/nginxx')?.Source).toBe('v')
  expect(mountOf(mounts, '/srv')).toBeUndefined()
})

test('files go by archive into the root or into their mount, and into a file of ours that is mounted', () => {
  const mounts = [mount('volume', 'v', '/etc/nginx/conf.d'), mount('bind', '/runs/7/copy/a', '/etc/nginx/nginx.conf')]
  const ways = waysOf(
    [file('/srv/x'), file('/etc/nginx/conf.d/site'), file('/etc/nginx/nginx.conf')],
    mounts,
    '/runs/7',
  )
  expect(ways.map((way) => ('file' in way ? way.file : [way.folder, way.files.map(({ path }) => path)]))).toEqual([
    ['/', ['srv/x']],
    ['/etc/nginx/conf.d', ['site']],
    '/runs/7/copy/a',
  ])
})

test('files go straight into a folder of ours that is mounted for reading only: the engine puts nothing there', () => {
  const mounts = [{ ...mount('bind', '/runs/7/copy/a', '/etc/nginx/sites'), RW: false }]
  expect(waysOf([file('/etc/nginx/sites/deep/shop')], mounts, '/runs/7')).toEqual([
    { mount: '/runs/7/copy/a', file: '/runs/7/copy/a/deep/shop', content: Buffer.from('/etc/nginx/sites/deep/shop') },
  ])
})

test.each<[ReturnType<typeof mount>, string]>([
  [mount('bind', '/home/me/nginx.conf', '/etc/nginx/nginx.conf'), '/home/me/nginx.conf of this machine is mounted'],
  [mount('bind', '/runs/77', '/etc/nginx'), '/runs/77 of this machine is mounted'],
  [mount('tmpfs', '', '/etc/nginx'), 'it lies on the tmpfs /etc/nginx'],
])('nothing is written into %j', (one, because) => {
  expect(() => waysOf([file('/etc/nginx/nginx.conf')], [one], '/runs/7')).toThrow(because)
  expect(() => waysOf([file('/etc/nginx/nginx.conf')], [one], undefined)).toThrow(because)
})
