import { expect, test } from 'vitest'
import { reviewedFiles, writtenFiles } from '../../../src/deploy/instruments.ts'
import { changedRelease, changesBetween } from '../../../src/deploy/release.ts'
import type { Release } from '../../../src/stack/release.ts'

const config = '/etc/nginx/nginx.conf'
const instruments = { status: '127.0.0.1:8081', logs: ['/dev/stdout'] } as const
const file = (path: string, text: string) => ({ path, content: Buffer.from(text) })
const site = '/etc/nginx/sites-available/site'
const layout = { config, instruments, links: new Map([['/etc/nginx/sites-enabled/site', site]]) }
const reviewed: Release = {
  name: 'reviewed',
  hash: 'r-1',
  files: [
    file(config, 'events {}\nhttp {\n  include sites-enabled/*;\n}\n'),
    file(site, 'server {\n  listen 80;\n  access_log off;\n}\n'),
  ],
  layout,
}
const texts = (files: Release['files']) => Object.fromEntries(files.map(({ path, content }) => [path, String(content)]))

test('what is written says its release, and is read again as it was reviewed', () => {
  const written = writtenFiles(reviewed)
  expect(texts(written)[config]).toContain('map "" $badgateway_release { default "r-1"; }')
  expect(texts(written)[site]).toContain('access_log /dev/stdout badgateway if=off;')
  const read = reviewedFiles({ files: written, layout })
  expect([texts(read.files), read.release]).toEqual([texts(reviewed.files), 'r-1'])
})

test('a change writes its own file, and the one that says the release', () => {
  const update = changedRelease(reviewed, 'update', [file(site, 'server { listen 81; }')])
  const written = changesBetween(reviewed, update)
  expect(written.map(({ path }) => path).sort()).toEqual([config, site])
  expect(texts(written)[config]).toContain(`default "${update.hash}"`)
  expect(texts(update.files)[config]).toBe(texts(reviewed.files)[config])
})

test('a change that keeps the name writes its own file alone', () => {
  const files = [...reviewed.files.slice(0, 1), file(site, 'server { listen 81; }')]
  expect(changesBetween(reviewed, { ...reviewed, files }).map(({ path }) => path)).toEqual([site])
})

test.each([
  ['a file of it is gone', [file(config, 'events {} http { include /etc/nginx/shared/gone.conf; }')]],
  [
    'an included file cannot be read',
    [file(config, 'events {} http { include b; }'), file('/etc/nginx/b', 'server {')],
  ],
])('it can be told apart though %s', (_, files) => {
  const written = writtenFiles({ files, layout: { config, instruments }, hash: 'r-2' })
  expect(texts(written)[config]).toContain('"r-2"')
  const read = reviewedFiles({ files: written, layout: { config, instruments } })
  expect([texts(read.files), read.release]).toEqual([texts(files), 'r-2'])
})

test('what cannot be instrumented is written as it is, and so is a release of a proxy that is not', () => {
  const broken = [file(config, 'events {} http {')]
  expect(writtenFiles({ files: broken, layout: { config, instruments }, hash: 'r-3' })).toBe(broken)
  const { layout: _, ...plain } = reviewed
  expect(writtenFiles(plain)).toBe(plain.files)
  const written = writtenFiles(reviewed)
  expect(reviewedFiles({ files: written, layout: { config } })).toEqual({ files: written })
})
