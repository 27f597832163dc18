import { expect, it } from 'vitest'
import { mainFileOf, nginxIn } from '../../../src/project/index.ts'
import { factsOf, type ServiceFacts } from '../../support/strangers.ts'

const found = (facts: ServiceFacts) => {
  const [one] = factsOf({ services: { web: facts }, nginx: {} }).containers
  return one && nginxIn(one)
}

it.each<[string, ServiceFacts, string | undefined]>([
  ['by the title of its process', { mainProcess: ['sh'], processes: ['nginx: master process nginx'] }, 'nginx'],
  [
    'behind tini',
    { mainProcess: ['/sbin/tini', '--', 'x'], processes: ['tini', 'nginx: master process /usr/sbin/nginx'] },
    'nginx',
  ],
  [
    'behind an entrypoint that does not run yet',
    { mainProcess: ['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'] },
    'nginx',
  ],
  ['Angie', { mainProcess: ['x'], processes: ['angie: master process v1.8.1 #1 [angie -g daemon off;]'] }, 'angie'],
  ['OpenResty', { mainProcess: ['/usr/local/openresty/bin/openresty', '-g', 'daemon off;'] }, 'openresty'],
  ['freenginx', { mainProcess: ['freenginx'] }, 'freenginx'],
  [
    'by its image where nothing runs',
    { image: 'ghcr.io/me/nginx-unprivileged:1@sha256:aa', mainProcess: ['run'] },
    'nginx',
  ],
  [
    'an image whose program is another',
    { image: 'nginx:1', mainProcess: ['sleep', '9'], processes: ['sleep 9'] },
    undefined,
  ],
  [
    'an exporter',
    { image: 'nginx/nginx-prometheus-exporter', mainProcess: ['/usr/bin/nginx-prometheus-exporter'] },
    undefined,
  ],
  ['a program that only speaks of it', { mainProcess: ['node', 'nginx.js'], processes: ['node nginx.js'] }, undefined],
])('an Nginx: %s', (_name, facts, program) => {
  expect(found(facts)?.program).toBe(program)
})

it.each<[string, readonly string[], string, string]>([
  ['nginx', ['nginx'], '', '/etc/nginx/nginx.conf'],
  ['nginx', ['nginx', '-c', '/opt/a.conf'], '', '/opt/a.conf'],
  ['nginx', ['nginx', '-c/opt/a.conf'], '', '/opt/a.conf'],
  ['nginx', ['nginx', '-p', '/srv/', '-c', 'conf/a.conf'], '', '/srv/conf/a.conf'],
  ['nginx', ['nginx', '-p', '/srv'], '', '/srv/conf/nginx.conf'],
  ['nginx', ['nginx'], 'configure arguments: --prefix=/opt/n --conf-path=/opt/n/n.conf', '/opt/n/n.conf'],
  ['openresty', ['openresty'], '', '/usr/local/openresty/nginx/conf/nginx.conf'],
  ['angie', ['angie'], '', '/etc/angie/angie.conf'],
])('the main file of %s as %j', (program, argv, built, main) => {
  expect(mainFileOf({ program, argv }, built)).toBe(main)
})
