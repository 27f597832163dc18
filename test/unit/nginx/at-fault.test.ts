import { expect, test } from 'vitest'
import { atFault, filesOf, readConfiguration } from '../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const site = '/etc/nginx/conf.d/site.conf'
const files = filesOf(
  new Map([
    [main, 'http {\n  proxy_read_timeout 20s;\n  include conf.d/*.conf;\n}\n'],
    [
      site,
      `upstream api {
  server a:1;
  server b:1 max_fails=0;
}
server {
  location / {
    proxy_next_upstream off;
    proxy_pass http://api;
  }
  location /db {
    proxy_pass http://lonely:80;
  }
}
`,
    ],
  ]),
)

test.each([
  ['what the pass has beside it', 'api', 'proxy_next_upstream', `${site}:7`],
  ['what holds from further out', 'api', 'proxy_read_timeout', `${main}:2`],
  ['the pass, where nothing is written', 'api', 'proxy_connect_timeout', `${site}:8`],
  ['the upstream block', 'api', 'server', `${site}:1`],
  ['the server line that has the option', 'api', 'max_fails', `${site}:3`],
  ['the first server line, where none has it', 'api', 'fail_timeout', `${site}:2`],
  ['the pass, where there is no block', 'lonely', 'server', `${site}:11`],
  ['nothing, where nothing leads there', 'elsewhere', 'proxy_read_timeout', undefined],
])('%s is at fault', (_, group, name, place) => {
  const found = atFault(readConfiguration({ main, files }), group, name)
  expect(found && `${found.file}:${found.line}`).toBe(place)
})
