// @group light 5s
import { describe, expect, test } from 'vitest'
import {
  brokenFile,
  type EditedFile,
  filesOf,
  noResolver,
  oneWrong,
  readConfiguration,
  timeoutsAtMost,
  wrongName,
  wrongPort,
} from '../../src/nginx/index.ts'
import { confOf, nginxHosts, nginxImages } from '../support/nginx/hosts.ts'
import type { ConfFiles } from '../support/nginx/real-nginx.ts'

const main = '/etc/nginx/nginx.conf'
const files = confOf(`
  resolver 127.0.0.11 valid=5s; resolver_timeout 20s; # names
  upstream api { server 127.0.0.1:3000; server 127.0.0.2:3000 max_fails=3; keepalive 8; }
  map $arg_v $page { default http://localhost:9000; next http://localhost:9001/x; }
  server { listen 127.0.0.1:8099; server_name shop.test;
    proxy_read_timeout 75s;
    location / { proxy_pass http://127.0.0.3:8000; proxy_connect_timeout 1s; } # the pages
    location /api/ { proxy_pass http://api/v1/; proxy_send_timeout 2m; }
    location /page { proxy_pass $page; }
    location ~ \\.php$ { fastcgi_pass 127.0.0.1:9999; fastcgi_param A b; } }
  server { listen 127.0.0.1:8098; location / { return 204; } }`)

const configuration = readConfiguration({ main, files: filesOf(new Map([[main, files['nginx.conf'] ?? '']])) })

function edited(found: { readonly files: readonly EditedFile[] } | { readonly because: string }): ConfFiles {
  if ('because' in found) throw new Error(found.because)
  expect(found.files.length).toBeGreaterThan(0)
  return { 'nginx.conf': found.files[0]?.after ?? '' }
}

const mistakes = {
  'wrong port': wrongPort(configuration, 'api'),
  'wrong port of a host': wrongPort(configuration, '127.0.0.3'),
  'wrong port in a map': wrongPort(configuration, 'localhost:9001'),
  'wrong name': wrongName(configuration, 'api', 'nobody.invalid'),
  'wrong name of a host': wrongName(configuration, '127.0.0.3', 'nobody.invalid'),
  'wrong name in a map': wrongName(configuration, 'localhost:9001', 'nobody.invalid'),
  'one wrong': oneWrong(configuration, 'api', 2),
  'no resolver': noResolver(configuration),
  'a broken file': brokenFile(configuration, { host: 'shop.test' }),
  'a broken file without a pass': brokenFile(configuration, { port: 8098 }),
}

describe.each(nginxHosts(nginxImages))('%s', (_name, hostOf) => {
  test.each(Object.entries(mistakes))('it is told whether Nginx refuses it: %s', async (_what, found) => {
    const isRefused = 'isRefused' in found && found.isRefused
    const said = isRefused ? expect.stringContaining('[emerg]') : expect.not.stringContaining('[emerg]')
    expect(await hostOf().check(edited(found))).toEqual({ code: isRefused ? 1 : 0, said })
  })

  test('shortened timeouts are accepted', async () => {
    expect(await hostOf().check(edited(timeoutsAtMost(configuration, 1_500)))).toMatchObject({ code: 0 })
  })
})
