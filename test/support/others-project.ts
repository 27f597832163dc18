import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type Dockerode from 'dockerode'
import { pack } from 'tar-stream'
import { freePort } from '../../src/engine/free-port.ts'
import { ensureImages } from '../../src/images/images.ts'
import { askPath } from '../../src/project/ask.ts'
import { certificate, key } from './certificate.ts'
import { realEngine } from './doomed.ts'

/** A Compose project that somebody else has up: a site by TLS alone, and servers that are spoken to by TLS. */
export interface OthersProject {
  name: string
  docker: Dockerode
  port: number
  /** Ids by service, `api-2`. */
  ids: Readonly<Record<string, string>>
  /** All that a run might change of each of them, by service. */
  state(): Promise<Record<string, unknown>>
  /** What two requests one after the other get of its servers. */
  answers(): Promise<(number | string)[]>
  /** From now on its proxy logs so, by `log_format` and `access_log`. */
  logs(directives: string): Promise<void>
  remove(): Promise<void>
}

const itsLog = `log_format own '$remote_addr "$request" $status'; access_log /dev/stdout own;`
const configurationWith = (log: string) => `worker_processes 1;
error_log /dev/stderr;
events {}
http {
  ${log}
  upstream api { server api-1:3443 max_fails=0; server api-2:3443 max_fails=0; }
  server {
    listen 8443 ssl default_server;
    ssl_certificate /etc/nginx/certificate;
    ssl_certificate_key /etc/nginx/key;
    return 421;
  }
  server {
    listen 8443 ssl;
    server_name shop.test;
    ssl_certificate /etc/nginx/certificate;
    ssl_certificate_key /etc/nginx/key;
    location / {
      proxy_connect_timeout 1s;
      proxy_read_timeout 1s;
      proxy_set_header Host $host;
      proxy_pass https://api;
    }
  }
}
`
/** Whoever asks for another host is turned away. */
const server = `const { CERT: cert, KEY: key } = process.env
require('node:https').createServer({ cert, key }, (ask, answer) => {
  answer.statusCode = /^shop.test/.test(ask.headers.host) ? 200 : 400
  answer.end('well')
}).listen(3443)
process.on('SIGTERM', () => process.exit(0))`

/** What its owner would write of it. */
export const othersFile = `proxy: { service: edge, port: 8443, scheme: https, host: shop.test }
upstreams:
  api: { servers: [api], port: 3443, protocol: https, health: /, page: / }
traffic: { users: 10, ratePerS: 60 }
`

export async function startOthersProject(): Promise<OthersProject> {
  const { docker } = await realEngine()
  const { proxy, backend: node } = await ensureImages(docker, { only: ['agent', 'proxy', 'backend'] })
  const name = `others-${randomBytes(4).toString('hex')}`
  const network = await docker.createNetwork({ Name: `${name}_default` })
  const started: Record<string, Dockerode.Container> = {}
  const port = await freePort()
  const start = async (service: string, number: number, more: Dockerode.ContainerCreateOptions, files?: Buffer) => {
    const own = `${service}-${number}`
    const container = await docker.createContainer({
      name: `${name}_${own}`,
      ...more,
      Labels: {
        'com.docker.compose.project': name,
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': String(number),
      },
      HostConfig: { NetworkMode: `${name}_default`, ...more.HostConfig },
      NetworkingConfig: { EndpointsConfig: { [`${name}_default`]: { Aliases: [service, own] } } },
    })
    started[service === 'edge' ? service : own] = container
    if (files) await container.putArchive(files, { path: '/' })
    await container.start()
  }
  const remove = async () => {
    await Promise.all(Object.values(started).map((one) => one.remove({ force: true, v: true })))
    await network.remove()
  }
  try {
    const api = { Image: node, Entrypoint: ['node', '-e', server], Env: [`CERT=${certificate}`, `KEY=${key}`] }
    await start('api', 1, api)
    await start('api', 2, api)
    const bindings = { '8443/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] }
    const gate = { Image: proxy, Entrypoint: ['nginx', '-g', 'daemon off;'], HostConfig: { PortBindings: bindings } }
    await start('edge', 1, { ...gate, ExposedPorts: { '8443/tcp': {} } }, await proxyFiles(itsLog))
  } catch (thrown) {
    await remove()
    throw thrown
  }
  const ids = Object.fromEntries(Object.entries(started).map(([service, { id }]) => [service, id]))
  const state = async () => {
    const all = Object.entries(started).map(async ([service, one]) => [service, partsOf(await one.inspect())] as const)
    return Object.fromEntries(await Promise.all(all))
  }
  const answers = async () => {
    const entry = { scheme: 'https', port, host: 'shop.test' } as const
    return [await askPath(entry, '/'), await askPath(entry, '/')]
  }
  const logs = async (directives: string) => {
    await started['edge']?.putArchive(await proxyFiles(directives), { path: '/' })
    await started['edge']?.kill({ signal: 'HUP' })
  }
  return { name, docker, port, ids, state, answers, logs, remove }
}

async function proxyFiles(log: string): Promise<Buffer> {
  const archive = pack()
  for (const [name, text] of Object.entries({ 'nginx.conf': configurationWith(log), certificate, key })) {
    archive.entry({ name: `etc/nginx/${name}` }, text)
  }
  archive.finalize()
  return await buffer(archive)
}

function partsOf(found: Dockerode.ContainerInspectInfo) {
  const { Id, State: state, HostConfig: host, NetworkSettings: settings, RestartCount: restarts } = found
  const { Running, Paused } = state
  const { Memory, MemorySwap, NanoCpus, CpuQuota, CpuPeriod, RestartPolicy } = host
  // An engine writes the limit that it has taken away as -1.
  const cores = CpuQuota && CpuQuota > 0 ? [CpuQuota, CpuPeriod] : []
  const limits = { Memory, MemorySwap, NanoCpus, cores }
  return { Id, Running, Paused, ...limits, RestartPolicy, restarts, networks: Object.keys(settings.Networks) }
}
