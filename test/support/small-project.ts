import { join } from 'node:path'
import { ensureImages } from '../../src/images/index.ts'
import { writeTree } from './docker-folder.ts'
import { realEngine } from './doomed.ts'
import { freshFolder } from './folder.ts'

/** A folder of the user's with the smallest project that can be checked, and where its checks write. */
export interface SmallProject {
  /** Of the user: compose.yaml, badgateway.yaml and what is mounted. */
  folder: string
  /** Where checks are kept. */
  out: string
  /** The temporary folder of its checks, so that what they leave there is theirs. */
  tmp: string
  /** The variables of its checks; their processes are known by them. */
  env: Record<string, string>
}

/** A site that passes everything on to `api`, at this port. */
export const smallSite = (port = 80) => `pid /run/nginx.pid;
error_log /dev/stderr;
events {}
http {
  access_log /dev/stdout;
  upstream api { server api:3000; }
  server { listen ${port}; location / { proxy_pass http://api; } }
}
`

/** Its two services, for whoever wants them otherwise. */
export async function smallServices() {
  const { docker } = await realEngine()
  const { agent, proxy } = await ensureImages(docker, { only: ['agent', 'proxy'] })
  const program = "require('node:http').createServer((ask, answer) => answer.end('ok')).listen(3000)"
  return {
    // Of the agent's image only its Node is used.
    api: { image: agent, init: true, entrypoint: ['node', '-e', program] },
    edge: {
      image: proxy,
      entrypoint: ['nginx', '-g', 'daemon off;'],
      volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro'],
      depends_on: ['api'],
    },
  }
}

/** What badgateway.yaml says of them. */
export const smallFile = {
  proxy: { service: 'edge' },
  upstreams: { api: { servers: ['api'], port: 3000 } },
  traffic: { ratePerS: 10 },
}

/** Writes it; `more` are further files, or others of the same path. */
export async function writeSmall(more: Record<string, string> = {}, compose?: object): Promise<SmallProject> {
  const root = await freshFolder()
  const [folder, out, tmp] = [join(root, 'shop'), join(root, 'out'), join(root, 'tmp')]
  await writeTree(folder, {
    'compose.yaml': JSON.stringify(compose ?? { services: await smallServices() }),
    'badgateway.yaml': JSON.stringify(smallFile),
    'nginx.conf': smallSite(),
    ...more,
  })
  await writeTree(root, { 'out/.keep': '', 'tmp/.keep': '' })
  return { folder, out, tmp, env: { TMPDIR: tmp } }
}
