import { expect, test } from 'vitest'
import { type Mistake, updateWith } from '../../../../src/faults/edits/wrong-upstream-update.ts'
import type { Release } from '../../../../src/stack/release.ts'

const upstreams = `upstream web {
  server web-1:8080;
  server web-2:8080;
  include /etc/nginx/shared/keepalive.conf;
}
upstream api {
  server api-1:8080;
  server api-2:8080;
}
`
const site = 'location / {\n  proxy_pass http://web;\n}\nlocation /api/ {\n  proxy_pass http://api;\n}\n'

function textOf(mistake: Mistake, groups: string[], before = upstreams) {
  const files = Object.entries({ upstreams: before, site }).map(([name, text]) => {
    return { path: `/etc/nginx/conf.d/${name}.conf`, content: Buffer.from(text) }
  })
  const current: Release = { name: 'good', hash: 'good', files }
  const update = updateWith(mistake, current, groups)
  expect(update.hash).not.toBe('good')
  const read = (name: string) =>
    update.files.find(({ path }) => path.endsWith(`${name}.conf`))?.content?.toString() ?? ''
  return { upstreams: read('upstreams'), site: read('site') }
}

test('a wrong port in every server line of a group, and what others provide is included no more', () => {
  const { upstreams: text } = textOf('port', ['web'])
  expect(text).toContain('server web-1:8090;\n  server web-2:8090;\n}')
  expect(text).toContain('server api-2:8080;')
})

test('the traffic moves to the later servers, whose ports are wrong, and nothing is asked twice', () => {
  const { upstreams: text } = textOf('later-servers', ['web', 'api'])
  expect(text).toMatch(/^proxy_next_upstream off;\n/)
  expect(text).toContain('server web-1:8080 weight=1 max_fails=0;\n  server web-2:8090 weight=999 max_fails=0;')
  expect(text).toContain('server api-2:8090 weight=999 max_fails=0;')
  expect(text).not.toContain('include')
})

test('a directive that is there already is not said twice', () => {
  const { upstreams: text } = textOf('later-servers', ['web'], `proxy_next_upstream off;\n${upstreams}`)
  expect(text.match(/proxy_next_upstream/g)).toHaveLength(1)
})

test('TLS for one group: its servers stay as they are', () => {
  const { upstreams: text, site: changed } = textOf('protocol', ['api'])
  expect(text).toBe(upstreams)
  expect(changed).toContain('proxy_pass https://api;')
  expect(changed).toContain('proxy_pass http://web;')
})

test('a directive that Nginx has not any more, and nothing else', () => {
  expect(textOf('old-directive', ['web', 'api']).upstreams).toBe(`ssl off;\n${upstreams}`)
})
