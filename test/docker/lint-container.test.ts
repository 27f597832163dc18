// @group light 10s
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GuardedScope, openScope } from '../../src/cleanup/index.ts'
import { connectEngine, type Engine, execApart, packFiles } from '../../src/engine/index.ts'
import { containerName, intend } from '../../src/engine/on-record.ts'
import { ensureImages } from '../../src/images/images.ts'
import { reasonOf } from '../../src/kit/errors.ts'
import { badgateway } from '../support/badgateway.ts'

const conf = '/srv/edge/nginx.conf'
const sound = 'events {}\nhttp {\n  server { listen 8080; return 204; }\n}\n'
const trapped = `events {}\nhttp {\n  upstream web { server 127.0.0.1:3000; keepalive 4; }
  server { listen 8080; location / { proxy_pass http://web; } }\n}\n`
const shells = ['sh', 'bash', 'dash', 'rbash'].map((name) => `/usr/bin/${name}`)

let engine: Engine
let scope: GuardedScope
let image = ''
beforeAll(async () => {
  engine = await connectEngine(process.env)
  image = (await ensureImages(engine.docker, { only: ['proxy'] }))['proxy'] ?? ''
  scope = await openScope(engine)
})
afterAll(() => scope.close())

/** A container of the proxy's image without a network that has this configuration. */
async function made(what: string, text: string, entrypoint = ['nginx', '-g', 'daemon off;', '-c', conf]) {
  const name = containerName(scope.labels, what)
  const onRecord = await intend(scope.labels, { kind: 'container', name })
  const container = await engine.docker.createContainer({
    name,
    Image: image,
    Labels: { ...scope.labels },
    Entrypoint: entrypoint,
    HostConfig: { NetworkMode: 'none', Init: true },
  })
  onRecord(container.id)
  await container.putArchive(await packFiles([{ path: conf, content: Buffer.from(text) }]), { path: '/' })
  return { name, container }
}

async function started(...given: Parameters<typeof made>) {
  const { name, container } = await made(...given)
  await container.start()
  const run = (argv: string[]) => execApart(container, argv, 64 * 1024)
  return { name, container, run }
}

const linted = (name: string) => badgateway(['lint-config', `docker:${name}`])
/** What is said of a mistake: its sentence, and what can be done. */
const lines = (text: string) => text.trimEnd().split('\n')

test('the Nginx of a container is read where its command line says, traps and all', async () => {
  const { name } = await started('edge', trapped)
  const { code, out, err } = await linted(name)
  expect([code, err]).toEqual([1, ''])
  expect(out).toMatch(/^TRAP {2}\/srv\/edge\/nginx\.conf:4:\d+: keepalive-not-used/m)
  expect(lines(out).at(-1)).toMatch(/^1 file, \d traps?, \d notes?, for Nginx 1\.\d+\.\d+$/)
})

test('an image without any shell is read all the same', async () => {
  const { name, run } = await started('no-shell', sound)
  expect((await run(['rm', ...shells])).code).toBe(0)
  const ended = await run(['sh', '-c', 'true']).catch(reasonOf)
  expect(typeof ended === 'string' ? ended : `${ended.code} ${ended.out}`).toMatch(
    /executable file not found|no such file/,
  )
  const { code, out, err } = await linted(name)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^1 file, 0 traps/m)
})

test('what its Nginx refuses is a trap at the place that it names, whatever started it', async () => {
  const shell = ['sh', '-c', `nginx -c ${conf} || sleep infinity`]
  const { name } = await started('refused', sound.replace('return', 'retrun'), shell)
  const { code, out, err } = await linted(name)
  expect([code, err]).toEqual([1, ''])
  expect(out).toMatch(/^TRAP {2}\/srv\/edge\/nginx\.conf:3:1: refused-by-nginx: unknown directive "retrun"/m)
})

test.each<[string, () => Promise<string>, RegExp]>([
  [
    'is stopped',
    async () => {
      const { name, container } = await started('stopped', sound)
      await container.kill()
      await container.wait()
      return name
    },
    /container \S+-stopped-\w+ is not running/,
  ],
  ['was never started', async () => (await made('created', sound)).name, /container \S+-created-\w+ is not running/],
  [
    'is no Nginx',
    async () => {
      const { name, run } = await started('no-nginx', sound, ['sleep', 'infinity'])
      await run(['rm', '/usr/sbin/nginx'])
      return name
    },
    /\S+-no-nginx-\w+ has no nginx that can be asked/,
  ],
  [
    'is neither Nginx nor has a shell',
    async () => {
      const { name, run } = await started('nothing', sound, ['sleep', 'infinity'])
      await run(['rm', '/usr/sbin/nginx', ...shells])
      return name
    },
    /\S+-nothing-\w+ has no nginx that can be asked/,
  ],
  ['is not there', async () => `${(await made('there', sound)).name}s`, /there is no container \S+-there-\w+s/],
])('a container that %s: one sentence, and what to do', async (_, nameOf, words) => {
  const { code, out, err } = await linted(await nameOf())
  expect([code, out], err).toEqual([64, ''])
  expect(err).toMatch(words)
  expect(err).not.toMatch(/^\s+at /m)
  expect(lines(err).length).toBeLessThan(3)
})
