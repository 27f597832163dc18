// @group stack 40s
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { badgateway, type Ended } from '../support/badgateway.ts'
import { filesIn } from '../support/compose-project.ts'
import { realEngine } from '../support/doomed.ts'
import { thingsOf } from '../support/killed-check.ts'
import { type SmallProject, smallServices, smallSite, writeSmall } from '../support/small-project.ts'

const socket = '/sockets/app.sock'
/** A program that was killed leaves its socket behind. */
const onSocket = `require('node:fs').rmSync('${socket}', { force: true })
require('node:http').createServer((ask, answer) => answer.end('ok')).listen('${socket}', () => {
  require('node:fs').chmodSync('${socket}', 0o777)
})`

/** Nginx and the libraries that it needs, and nothing else: no shell, no coreutils, no nginx user's home. */
const bare = (image: string) => `FROM ${image} AS whole
USER root
RUN for file in $(ldd /usr/sbin/nginx | grep -o '/[^ )]*') /usr/sbin/nginx /etc/passwd /etc/group; do \\
  mkdir -p /bare$(dirname $file) && cp -L $file /bare$file; done; \\
  mkdir -p /bare/etc/nginx /bare/run /bare/tmp /bare/var/lib/nginx /bare/var/log/nginx
FROM scratch
COPY --from=whole /bare /
COPY nginx.conf /etc/nginx/nginx.conf
`

const taken = createServer()
const network = `odd-${randomBytes(4).toString('hex')}`
/** A subnet that is somebody's, so that the project's own collides with it. */
const subnet = `10.${200 + ((randomBytes(1)[0] ?? 0) % 50)}.${randomBytes(1)[0]}.0/24`

/** All that a project can have that is unusual, at once. */
async function writeOdd(): Promise<SmallProject> {
  const { api, edge } = await smallServices()
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { volumes: _, image, ...rest } = edge
  const site = smallSite().replace(
    'location /',
    `location = /old { return 301 https://$host:8443/new; }
     location /far/ { proxy_pass http://192.0.2.1:8000; }
     location /`,
  )
  const services = {
    edge: {
      ...rest,
      build: './edge',
      entrypoint: ['/usr/sbin/nginx', '-g', 'daemon off;'],
      read_only: true,
      tmpfs: ['/run', '/tmp', '/var/lib/nginx', '/var/log/nginx'],
      container_name: network,
      ports: [`127.0.0.1:${port}:80`],
    },
    api: {
      ...api,
      user: '33:33',
      networks: { default: { ipv4_address: subnet.replace('0/24', '77') } },
      labels: { badgateway: 'somebody', 'badgateway.journal': '/etc/passwd', 'badgateway.owner': 'me/1/2/3' },
      deploy: {
        replicas: 1,
        resources: { limits: { memory: '200M' } },
        placement: { constraints: ['node.role == manager'] },
        update_config: { parallelism: 1 },
      },
    },
  }
  const networks = { default: { enable_ipv6: true, ipam: { config: [{ subnet }, { subnet: 'fd00:77:77::/64' }] } } }
  const file = {
    proxy: { service: 'edge' },
    upstreams: { api: { servers: ['api'], port: 3000 } },
    traffic: {
      ratePerS: 10,
      mix: [
        { path: '/', weight: 9 },
        { path: '/old', weight: 1 },
      ],
    },
  }
  return await writeSmall(
    {
      'badgateway.yaml': JSON.stringify(file),
      'edge/nginx.conf': site,
      'edge/Dockerfile': bare(image),
    },
    { services, networks },
  )
}

/** A proxy that reaches all its servers by a Unix socket. */
async function writeSockets(): Promise<SmallProject> {
  const { api, edge } = await smallServices()
  const services = {
    edge: { ...edge, volumes: [...edge.volumes, 'sockets:/sockets'] },
    api: { ...api, user: '0:0', entrypoint: ['node', '-e', onSocket], volumes: ['sockets:/sockets'] },
  }
  const file = {
    proxy: { service: 'edge' },
    upstreams: { api: { servers: ['api'], socket } },
    traffic: { ratePerS: 10 },
  }
  const compose = { services, volumes: { sockets: {} } }
  const site = smallSite().replace('api:3000', `unix:${socket}`)
  return await writeSmall({ 'badgateway.yaml': JSON.stringify(file), 'nginx.conf': site }, compose)
}

interface Checked {
  project: SmallProject
  ended: Ended
  changed: string[]
  left: string[]
}

async function checked(project: SmallProject, ...only: string[]): Promise<Checked> {
  const before = filesIn(project.folder)
  const cells = only.flatMap((cell) => ['--only', cell])
  const argv = ['check', project.folder, ...cells, '--hold', '1s', '--out', project.out]
  const ended = await badgateway(argv, project.env)
  const after = filesIn(project.folder)
  const changed = [...before, ...after].filter((line) => !before.includes(line) || !after.includes(line))
  return { project, ended, changed, left: await thingsOf(project) }
}

let odd: Checked
let sockets: Checked
beforeAll(async () => {
  const { docker } = await realEngine()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  await docker.createNetwork({ Name: network, IPAM: { Config: [{ Subnet: subnet }] } })
  const all = [checked(await writeOdd(), 'refuse/api'), checked(await writeSockets(), 'kill/api')] as const
  ;[odd, sockets] = await Promise.all(all)
})
afterAll(async () => {
  taken.close()
  const { docker } = await realEngine()
  await docker.getNetwork(network).remove()
})

test('a read-only proxy without a shell is measured, beside a server that is not root', () => {
  expect(odd.ended.out, odd.ended.err).toMatch(/refuse\/api +\d+(\.\d)? % 502/)
  expect(odd.ended.err).toContain('service edge is read-only: our copy can be written to')
})

test('addresses, names and a port that somebody has are in nobody’s way', () => {
  expect(odd.ended.err).toMatch(new RegExp(`network default: ${subnet} is taken, so it is [0-9./]+`))
  expect(odd.ended.err).toContain('network default has IPv6: our copy has IPv4 alone')
})

test('a redirect to a port that was moved is told once, at the start', () => {
  const told = odd.ended.err.split('\n').filter((line) => line.includes('sends users to'))
  expect(told).toEqual([
    'GET /old sends users to https://127.0.0.1:8443/new, where our copy is not: ' +
      'the redirect is counted as the answer, and nobody follows it',
  ])
})

test('servers behind a Unix socket are broken by their containers, and nothing else of them', () => {
  expect(sockets.ended.out, sockets.ended.err).toMatch(/kill\/api +\d+(\.\d)? % 502/)
})

test('of both, side by side, nothing is left, and no file of the user’s is another one', () => {
  expect([odd, sockets].map(({ changed, left }) => ({ changed, left }))).toEqual([
    { changed: [], left: [] },
    { changed: [], left: [] },
  ])
})
