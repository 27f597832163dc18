import { expect, test } from 'vitest'
import { diffReleases } from '../../../src/deploy/diff.ts'
import { changedRelease } from '../../../src/deploy/release.ts'

const upstreamsFile = '/etc/nginx/conf.d/upstreams.conf'
const file = (path: string, text: string) => ({ path, content: Buffer.from(text) })
const good = {
  name: 'good',
  hash: 'good',
  files: [
    file(upstreamsFile, 'upstream web {\n  server web-1:8080;\n  server web-2:8080;\n}\n'),
    file('/etc/nginx/a.conf', ''),
  ],
}

test('a changed line is told with what stands around it, and alone', () => {
  const text = good.files[0]?.content.toString().replace('web-1:8080', 'web-1:8090 weight=17') ?? ''
  const [diff, ...others] = diffReleases(good, changedRelease(good, 'bad', [file(upstreamsFile, text)]))
  expect(others).toEqual([])
  expect(diff).toMatchObject({
    path: upstreamsFile,
    lines: ['-server web-1:8080;', '+server web-1:8090 weight=17;'],
  })
  expect(diff?.text).toContain(
    '@@ -1,4 +1,4 @@\n upstream web {\n-  server web-1:8080;\n+  server web-1:8090 weight=17;\n',
  )
})

test('a file that is new or gone differs, the name of the release does not', () => {
  const changes = [file('/etc/nginx/b.conf', 'x;\n'), { path: '/etc/nginx/a.conf', content: null }]
  expect(diffReleases(good, changedRelease(good, 'bad', changes)).map(({ lines }) => lines)).toEqual([['+x;']])
  expect(diffReleases(good, changedRelease(good, 'same', []))).toEqual([])
})
