import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type Dockerode from 'dockerode'
import { pack } from 'tar-stream'
import { connectEngine, testcontainersEnvironment } from '../../src/engine/engine.ts'
import { freePort } from '../../src/engine/free-port.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { intend } from '../../src/engine/on-record.ts'
import { removeAllOf } from '../../src/engine/remove-all.ts'
import { ensureImages } from '../../src/images/images.ts'
import { attachStack } from '../../src/stack/attach/attach.ts'
import { agentDefinition } from '../../src/stack/description/agent-definition.ts'
import type { ServiceDefinition } from '../../src/stack/description/definition.ts'
import type { StackDescription } from '../../src/stack/description/description.ts'
import { withMonitoring } from '../../src/stack/monitoring/definition.ts'
import type { Stack } from '../../src/stack/types.ts'
import { certificate, key } from './certificate.ts'
import { freshFolder } from './folder.ts'

const port = { site: 80, items: 3_000, store: 6_379, status: 9_945 }
/** Written by a log format of the stranger's own. */
const main = `user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events {}
http {
  log_format own '$remote_addr "$request" $status';
  access_log /dev/stdout own;
  proxy_connect_timeout 1s;
  include /etc/nginx/sites-enabled/*;
}
`
const site = `upstream items { server items-1:${port.items}; server items-2:${port.items}; }
server {
  listen ${port.site};
  location / { proxy_pass http://items; }
  location /quiet/ { access_log off; proxy_pass http://items; }
}
`
const isReady = (line: string) => `const http=require('node:http');process.on('SIGTERM',()=>process.exit(0));${line}`
/** A few lines in somebody's own language: nothing of ours runs in it. */
const items = isReady(`http.createServer((ask,answer)=>{
  if(ask.url==='/alive')return answer.end('fine')
  answer.setHeader('content-type','application/json');answer.end(JSON.stringify({name:process.env.NAME,path:ask.url}))
}).listen(${port.items})`)
const store = isReady(
  `setTimeout(()=>require('node:net').createServer((s)=>s.on('error',()=>0).end('+PONG')).listen(${port.store}),300)`,
)
const storeCheck = `require('node:net').connect(${port.store})
  .on('error',()=>process.exit(1)).on('connect',()=>process.exit(0))`

/** How a stranger's proxy may be. */
export interface Strange {
  /** Its image makes the site of a template at each start, and its Nginx is not the first process. */
  isTemplated?: boolean
  /** It answers over TLS, as `localhost`. */
  isTls?: boolean
  can?: StackDescription['can']
  /** Rules of its own, by their file's name: monitoring of ours asks them. */
  rules?: Readonly<Record<string, string>>
}

const listens = `listen ${port.site};`
const overTls = `listen ${port.site} ssl;
  ssl_certificate certificate;
  ssl_certificate_key key;`
const template = `/etc/nginx/templates/site.conf.template`
const render = `mkdir -p /etc/nginx/conf.d
sed "s/\\\${SITE}/$SITE/" ${template} > /etc/nginx/conf.d/site.conf
nginx -g "daemon off;"; true`

/** What lies in the proxy: a site behind a link, as on Debian, or a template. */
async function proxyFiles({ isTemplated = false, isTls = false }: Strange): Promise<Buffer> {
  const archive = pack()
  const folder = isTemplated ? 'conf.d' : 'sites-enabled'
  archive.entry({ name: 'etc/nginx/nginx.conf' }, main.replace('sites-enabled', folder))
  if (isTemplated) {
    const own = site
      .replace(`listen ${port.site}`, `listen \${SITE}`)
      .replace('server {\n', 'server {\n  access_log /dev/stdout own;\n')
    archive.entry({ name: template.slice(1) }, own)
  } else {
    for (const [name, text] of Object.entries({ certificate, key })) archive.entry({ name: `etc/nginx/${name}` }, text)
    archive.entry({ name: 'etc/nginx/sites-available/shop' }, isTls ? site.replace(listens, overTls) : site)
    archive.entry({ name: 'etc/nginx/sites-enabled/shop', type: 'symlink', linkname: '../sites-available/shop' })
  }
  archive.finalize()
  return await buffer(archive)
}

const serviceOf = (name: string, role: string, more: Partial<ServiceDefinition> = {}): ServiceDefinition => {
  return { name, role, image: '', networks: 'internal', env: {}, files: [], ready: 'running', ...more }
}

/** What somebody has understood of it. */
export function strangerDescription({
  isTemplated = false,
  isTls = false,
  can,
  rules,
}: Strange = {}): StackDescription {
  const described: StackDescription = {
    services: [
      serviceOf('edge', 'proxy', { version: ['nginx', '-v'] }),
      serviceOf('items-1', 'items'),
      serviceOf('items-2', 'items'),
      serviceOf('store', 'dependency', { port: port.store }),
      agentDefinition({ token: '', servers: [] }),
    ],
    proxy: {
      service: 'edge',
      port: port.site,
      config: '/etc/nginx/nginx.conf',
      folders: [`/etc/nginx/${isTemplated ? 'conf.d' : 'sites-enabled'}`],
      ...(isTls ? { scheme: 'https', host: 'localhost' } : {}),
    },
    upstreams: { items: { servers: ['items-1', 'items-2'], port: port.items, health: '/alive', page: '/items/7' } },
    can: can ?? { instrumented: { port: port.status }, logged: { file: '/var/log/nginx/badgateway.jsonl' } },
  }
  return rules ? withMonitoring(described, ['servers', 'dependencies']) : described
}

export async function strangerParts() {
  const engine = await connectEngine(process.env)
  Object.assign(process.env, testcontainersEnvironment(engine))
  // Of the backends' image only its Node is used.
  const only = ['agent', 'proxy', 'backend', 'monitoring'] as const
  const { agent, proxy, backend: node, monitoring } = await ensureImages(engine.docker, { only })
  return { engine, images: { agent, monitoring }, proxy, node }
}

/** Starts what a project of somebody else's would start, with a run's labels, and attaches to it. */
export async function attachStranger(
  { engine, images, proxy, node }: Awaited<ReturnType<typeof strangerParts>>,
  place: { runId: string; labels: Record<string, string>; signal?: AbortSignal },
  strange: Strange = {},
): Promise<Stack> {
  const { docker } = engine
  const { runId, labels } = place
  const network = `stranger-${runId}`
  const onRecord = await intend(labels, { kind: 'network', name: network })
  onRecord((await docker.createNetwork({ Name: network, Labels: labels, CheckDuplicate: true })).id)
  const hostPort = await freePort()
  const start = async (name: string, more: Dockerode.ContainerCreateOptions, files?: Buffer) => {
    const own = `stranger-${runId}-${name}`
    const made = await intend(labels, { kind: 'container', name: own })
    const { HostConfig: host, ...options } = more
    const container = await docker.createContainer({
      name: own,
      ...options,
      Labels: { ...labels, 'com.docker.compose.service': name },
      HostConfig: { NetworkMode: network, ...host },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
    })
    made(container.id)
    if (files) await container.putArchive(files, { path: '/' })
    await container.start()
    return { name, id: container.id }
  }
  const program = (name: string, text: string) => ({
    Image: node,
    Entrypoint: ['node', '-e', text],
    Env: [`NAME=${name}`],
  })
  const check = { Test: ['CMD', 'node', '-e', storeCheck], Interval: 30e9 }
  const others = await Promise.all([
    start('items-1', program('items-1', items)),
    start('items-2', program('items-2', items)),
    start('store', { ...program('store', store), Healthcheck: check }),
  ])
  const bindings = { [`${port.site}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] }
  const gate = await start(
    'edge',
    {
      Image: proxy,
      Entrypoint: strange.isTemplated ? ['sh', '-c', render] : ['nginx', '-g', 'daemon off;'],
      Env: [`SITE=${port.site}`],
      ExposedPorts: { [`${port.site}/tcp`]: {} },
      HostConfig: { PortBindings: bindings },
    },
    await proxyFiles(strange),
  )
  return await attachStack({
    docker,
    ...place,
    images,
    description: strangerDescription(strange),
    rules: Object.entries(strange.rules ?? {}).map(([name, text]) => ({ name, text })),
    containers: [...others, gate],
    entry: `${strange.isTls ? 'https' : 'http'}://127.0.0.1:${hostPort}`,
  })
}

/** Such a stack for the tests of a file; whoever raises it lowers it. */
export async function raiseStranger(strange: Strange = {}) {
  const parts = await strangerParts()
  const runId = `stranger-${randomBytes(4).toString('hex')}`
  const labels = runLabels({ runId, journalFile: join(await freshFolder(), 'journal.jsonl') })
  const { docker } = parts.engine
  try {
    return { stack: await attachStranger(parts, { runId, labels }, strange), docker, runId }
  } catch (thrown) {
    await removeAllOf(docker, labels)
    throw thrown
  }
}
