import { expect, test } from 'vitest'
import { builtAs, nginxIn } from '../../../../src/stack/attach/nginx-program.ts'

const line = (pid: number, args: string, parent = 0) => ({ pid, parent, args })

test.each<[string, string[], boolean]>([
  ['nginx: master process nginx -g daemon off;', ['nginx'], true],
  [
    'nginx: master process /usr/sbin/nginx -c /srv/own.conf -p /srv -g daemon off;',
    ['/usr/sbin/nginx', '-c', '/srv/own.conf', '-p', '/srv'],
    true,
  ],
  [
    'nginx: master process /usr/local/openresty/bin/openresty -g daemon off;',
    ['/usr/local/openresty/bin/openresty'],
    true,
  ],
])('%s', (args, program, isFirst) => {
  expect(nginxIn([line(70, args), line(71, 'nginx: worker process', 70)], 70)).toEqual({ program, isFirst })
})

test('behind another first process it hears no signal of the engine', () => {
  const all = [line(70, 'sh -c run.sh'), line(72, 'nginx: master process nginx', 70)]
  expect(nginxIn(all, 70)).toEqual({ program: ['nginx'], isFirst: false })
})

test('where none runs there is none', () => {
  expect(nginxIn([line(70, 'haproxy'), line(71, 'cat nginx: master process nginx')], 70)).toBeUndefined()
})

test.each<[string, ReturnType<typeof builtAs>]>([
  [
    '--prefix=/usr/share/nginx --http-log-path=/var/log/nginx/access.log --with-http_stub_status_module',
    { defaultLog: '/var/log/nginx/access.log', hasStubStatus: true },
  ],
  ['configure arguments: --prefix=/opt/nginx', { defaultLog: '/opt/nginx/logs/access.log', hasStubStatus: false }],
  ['nginx version: nginx/1.0', { defaultLog: '/usr/local/nginx/logs/access.log', hasStubStatus: false }],
])('built with %s', (said, built) => {
  expect(builtAs(said)).toEqual(built)
})
