import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type Dockerode from 'dockerode'
import { connectEngine, testcontainersEnvironment } from '../../src/engine/engine.ts'
import { followProgress } from '../../src/engine/engine-progress.ts'
import { packFiles } from '../../src/engine/files/archive.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { ensureImages } from '../../src/images/images.ts'
import { dockerFolder } from '../../src/kit/home.ts'
import { agentDefinition } from '../../src/stack/description/agent-definition.ts'
import type { ServiceDefinition } from '../../src/stack/description/definition.ts'
import type { StackDescription } from '../../src/stack/description/description.ts'
import { raiseStack } from '../../src/stack/raise/raise.ts'
import { freshFolder } from './folder.ts'
import type { RaisedShop } from './shop.ts'

const port = { site: 8_000, stone: 9_000 }

const main = `user nobody nogroup;
worker_processes 1;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events {}
http {
  log_format lines escape=json
    '{"t":$msec,"id":"$http_x_request_id","method":"$request_method","path":"$uri","status":$status,'
    '"time":$request_time,"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status",'
    '"upstream_connect_time":"$upstream_connect_time"}';
  access_log /dev/stdout lines;
  proxy_connect_timeout 1s;
  include /etc/nginx/sites-enabled/*;
}
`
const site = `upstream stone {
  server granite:${port.stone} fail_timeout=1s;
  server basalt:${port.stone} fail_timeout=1s;
}
server {
  listen ${port.site};
  location / { proxy_pass http://stone; }
}
`
/** A link in `sites-enabled` leads to it, as on Debian. */
export const siteFile = '/etc/nginx/sites-available/quarry'
const file = (path: string, text: string) => ({ path, content: Buffer.from(text) })

const buildLabel = 'badgateway-test.build'

/** Nginx and its libraries, and nothing else: no shell, no `cat`, no `rm`. */
const dockerfile = (full: string, build: string) => `FROM ${full} AS full
LABEL ${buildLabel}=${build}
RUN mkdir -p /bare/etc/nginx/sites-enabled /bare/etc/nginx/sites-available \\
 /bare/run /bare/tmp /bare/var/lib/nginx /bare/var/log/nginx \\
 && ln -s ../sites-available/quarry /bare/etc/nginx/sites-enabled/quarry \\
 && cp /etc/passwd /etc/group /etc/nsswitch.conf /bare/etc/ \\
 && for one in /usr/sbin/nginx $(ldd /usr/sbin/nginx | grep -o '/[^ ]*'); do cp --parents -L "$one" /bare; done
FROM scratch
COPY --from=full /bare /
STOPSIGNAL SIGQUIT
`

/** The image that is made, and how it goes, with what its build has left. */
async function buildBare(docker: Dockerode, full: string) {
  const build = randomBytes(4).toString('hex')
  const tag = `badgateway-test/bare-nginx:${build}`
  const context = Readable.from([await packFiles([file('Dockerfile', dockerfile(full, build))])])
  await followProgress(await docker.buildImage(context, { t: tag, forcerm: true }), () => undefined)
  const remove = async () => {
    await docker.getImage(tag).remove()
    await docker.pruneImages({ filters: { dangling: ['true'], label: [`${buildLabel}=${build}`] } })
  }
  return { tag, remove }
}

function stone(name: string): ServiceDefinition {
  return {
    name,
    role: 'stone',
    image: 'backend',
    networks: 'internal',
    env: { ROLE: 'web', NAME: name, SITE_PORT: String(port.stone), HEALTH_PATH: '/alive' },
    files: [],
    ready: /"ready":\s*true/,
  }
}

/** Three services that share nothing with the shop but the program of two of them. */
export function quarry(token: string): StackDescription {
  const gate: ServiceDefinition = {
    name: 'gate',
    role: 'proxy',
    image: 'bare',
    networks: 'both',
    env: {},
    entrypoint: ['/usr/sbin/nginx', '-g', 'daemon off;'],
    published: port.site,
    files: [],
    contents: [file('/etc/nginx/nginx.conf', main), file(siteFile, site)],
    ready: /start worker process \d+/,
    after: ['granite', 'basalt'],
  }
  return {
    services: [gate, stone('granite'), stone('basalt'), agentDefinition({ token, servers: [] })],
    proxy: {
      service: 'gate',
      port: port.site,
      config: '/etc/nginx/nginx.conf',
      folders: ['/etc/nginx/sites-enabled'],
    },
    upstreams: {
      stone: { servers: ['granite', 'basalt'], port: port.stone, health: '/alive', page: '/product/7' },
    },
    can: {},
  }
}

/** It is lowered by whoever raises it, and so is the image that was made for it. */
/** What a run raises it from. The image that is made for it goes with `remove`. */
export async function quarryParts() {
  const engine = await connectEngine(process.env)
  Object.assign(process.env, testcontainersEnvironment(engine))
  const { docker } = engine
  const { agent, backend, proxy } = await ensureImages(docker, { only: ['agent', 'backend', 'proxy'] })
  const { tag: bare, remove } = await buildBare(docker, proxy)
  const stack = { docker, images: { agent, backend, bare }, dockerFolder: dockerFolder() }
  return { engine, stack, remove }
}

export async function raiseQuarry(): Promise<RaisedShop & { tearDown(): Promise<void> }> {
  const { stack: parts, remove } = await quarryParts()
  const { docker } = parts
  const runId = `quarry-${randomBytes(4).toString('hex')}`
  const labels = runLabels({ runId, journalFile: join(await freshFolder(), 'journal.jsonl') })
  try {
    const stack = await raiseStack({ ...parts, runId, labels, define: quarry })
    const tearDown = async () => {
      await stack.tearDown()
      await remove()
    }
    return { stack, docker, runId, tearDown }
  } catch (thrown) {
    await remove()
    throw thrown
  }
}
