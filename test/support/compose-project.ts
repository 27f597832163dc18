import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { runCompose } from '../../src/compose/tool.ts'
import { freePort } from '../../src/engine/free-port.ts'
import { ensureImages } from '../../src/images/index.ts'
import type { TriedCompose } from './compose-tools.ts'
import { writeTree } from './docker-folder.ts'
import { realEngine } from './doomed.ts'
import { freshFolder } from './folder.ts'

/** A small project as somebody would have it, in a folder of its own: a proxy and two backends that are built. */
export interface TriedProject {
  folder: string
  /** What its proxy is called, whatever the project's name is. */
  containerName: string
  /** That its proxy is published on. */
  port: number
}

const site = `events {}
http {
  upstream api { server api-1:3000; server api-2:3000; }
  server { listen 8080; location / { proxy_pass http://api; } location /visits { alias /visits/; } }
}
`
const server = `import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
createServer((request, response) => {
  appendFileSync('/data/visits', request.url + '\\n')
  appendFileSync('/kept/visits', request.url + '\\n')
  response.end(process.env.GREETING)
}).listen(3000)
`

export async function writeProject(): Promise<TriedProject> {
  const { docker } = await realEngine()
  const images = await ensureImages(docker)
  const folder = join(await freshFolder(), `tried-${randomBytes(3).toString('hex')}`)
  const [containerName, port] = [`edge-${randomBytes(4).toString('hex')}`, await freePort()]
  const backend = {
    build: './api',
    environment: { GREETING: 'costs 5$$' },
    volumes: ['./data:/data', 'kept:/kept'],
    healthcheck: { test: ['CMD', 'node', '-e', 'fetch("http://127.0.0.1:3000/")'], interval: '1s', retries: 20 },
  }
  const compose = {
    services: {
      edge: {
        image: images.proxy,
        entrypoint: ['nginx', '-g', 'daemon off;'],
        container_name: containerName,
        ports: [`127.0.0.1:${port}:8080`],
        volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro'],
        depends_on: { 'api-1': { condition: 'service_healthy' }, 'api-2': { condition: 'service_healthy' } },
      },
      'api-1': { ...backend, image: `${containerName}-api:1` },
      'api-2': backend,
    },
    volumes: { kept: {} },
  }
  await writeTree(folder, {
    'compose.yaml': JSON.stringify(compose),
    'nginx.conf': site,
    'api/Dockerfile': `FROM ${images.backend}\nCOPY server.mjs /\nUSER root\nENTRYPOINT ["node", "/server.mjs"]\n`,
    'api/server.mjs': server,
    'data/visits': 'theirs\n',
  })
  await symlink('/etc/hostname', join(folder, 'data', 'link'))
  await chmod(join(folder, 'data', 'visits'), 0o640)
  return { folder, containerName, port }
}

/** Compose as the user would call it, in their folder. */
export async function composeIn(
  { folder }: TriedProject,
  { tool, env }: TriedCompose,
  ...args: string[]
): Promise<void> {
  const ran = await runCompose(tool, args, { env, cwd: folder })
  if (ran.code !== 0) throw new Error(`compose ${args.join(' ')} ended with ${ran.code}: ${ran.err}`)
}

export interface Theirs {
  files: string[]
  containers: unknown[]
  networks: unknown[]
  volumes: unknown[]
  images: unknown[]
}

/** All that must be as it was: the user's files, containers, volumes, networks and images. */
export async function theirsOf(docker: Dockerode, { folder, containerName }: TriedProject): Promise<Theirs> {
  const project = JSON.stringify((await docker.getContainer(containerName).inspect()).Config.Labels).match(
    /"com.docker.compose.project":"([^"]+)"/,
  )?.[1]
  const filters = { label: [`com.docker.compose.project=${project}`] }
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages(),
  ])
  const looked = await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect()))
  const isTheirs = (tag: string) => tag.startsWith(containerName) || (project !== undefined && tag.startsWith(project))
  return {
    files: filesIn(folder),
    containers: looked
      .map(({ Id, State, RestartCount, Image }) => [Id, State.Pid, State.StartedAt, RestartCount, Image])
      .sort(),
    networks: networks.map(({ Id, Name }) => [Id, Name]).sort(),
    volumes: volumes.Volumes.map((one) => [one.Name, 'CreatedAt' in one ? one.CreatedAt : '']).sort(),
    images: images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).filter(isTheirs).map((tag) => [tag, Id])).sort(),
  }
}

/** Each file by its path: mode, owner, time of change and content. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const found = lstatSync(join(folder, path))
      const content = found.isFile()
        ? readFileSync(join(folder, path))
        : found.isSymbolicLink()
          ? readlinkSync(join(folder, path))
          : ''
      const hash = createHash('sha256').update(content).digest('hex')
      return [path, found.mode, found.uid, found.ctimeMs, hash].join(' ')
    })
}
