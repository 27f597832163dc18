import { expect, test } from 'vitest'
import { upstreamServers } from '../../../src/deploy/release.ts'
import { withoutServer } from '../../../src/deploy/rolling.ts'
import { withServers } from '../../../src/deploy/scale.ts'
import { updateWith } from '../../../src/faults/edits/wrong-upstream-update.ts'
import type { Release } from '../../../src/stack/release.ts'

/** As somebody else writes it: other files, comments, several servers in a line, no blank where none is needed. */
const groups = `# server web-1:8080; was here
upstream web{server web-1:8080 weight=2;server web-2:8080;# server web-9:8080;
}
upstream api {
\tserver  "api-1:8080"
\t\tmax_fails=2;
}
`
const path = '/etc/nginx/conf.d/any-name.conf'
const other = '/etc/nginx/conf.d/site.conf'
const site = 'server { location / { proxy_pass  http://web ; } location /api/ { proxy_pass "http://api"; } }\n'
const release: Release = {
  name: 'r',
  hash: 'h',
  files: [
    { path: '/etc/nginx/nginx.conf', content: Buffer.from('http { include /etc/nginx/conf.d/*.conf; }') },
    { path, content: Buffer.from(groups) },
    { path: other, content: Buffer.from(site) },
  ],
}
const textOf = (files: Release['files'], where = path) => files.find((file) => file.path === where)?.content?.toString()

test('servers are what stands in a group, not what looks like one', () => {
  expect(upstreamServers({ files: [{ path, content: Buffer.from(groups) }] })).toEqual([
    { host: 'web-1', port: 8080 },
    { host: 'web-2', port: 8080 },
    { host: 'api-1', port: 8080 },
  ])
})

test('a change finds its line in whatever file and shape, and leaves the rest', () => {
  const changed = textOf(updateWith('port', release, ['web', 'api']).files)
  expect(changed).toBe(
    groups
      .replace('server web-1:8080 ', 'server web-1:8090 ')
      .replace('server web-2:8080', 'server web-2:8090')
      .replace('"api-1:8080"', 'api-1:8090'),
  )
  expect(textOf(updateWith('old-directive', release, []).files)).toBe(`ssl off;\n${groups}`)
  const encrypted = textOf(updateWith('protocol', release, ['web', 'api']).files, other)
  expect(encrypted).toContain('proxy_pass  https://web ;')
  expect(encrypted).toContain('proxy_pass https://api;')
})

test('a server is added like the last one, and taken out of turn', () => {
  expect(textOf(withServers(release, 'api', ['api-2', 'api-3']).files)).toContain(
    '\t\tmax_fails=2;\n\tserver api-2:8080 max_fails=2;\n\tserver api-3:8080 max_fails=2;\n}',
  )
  expect(textOf(withoutServer(release, 'web-2')?.files ?? [])).toContain('server web-2:8080 down;# server web-9:8080;')
  expect(withoutServer(release, 'api-1')).toBeUndefined()
})

test('a file that is included by a link is changed where the link leads', () => {
  const [main, ...others] = release.files
  const enabled = '/etc/nginx/sites-enabled/any'
  const linked: Release = {
    ...release,
    files: [
      { ...main, path: '/etc/nginx/nginx.conf', content: Buffer.from('http { include sites-enabled/*; }') },
      ...others,
    ],
    layout: { config: '/etc/nginx/nginx.conf', links: new Map([[enabled, path]]) },
  }
  const update = updateWith('port', linked, ['web'])
  expect(textOf(update.files)).toContain('server web-1:8090 weight=2;server web-2:8090;')
  expect(update.files.map((file) => file.path)).not.toContain(enabled)
  expect(upstreamServers(linked)).toHaveLength(3)
})
