import type { IncomingMessage, RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { lintConfigAction } from '../../../../src/commands/lint/action.ts'
import type { LintFlags } from '../../../../src/commands/lint/flags.ts'
import { filesOf, instrument, readConfiguration } from '../../../../src/nginx/index.ts'
import { type EngineSocket, engineSocket, sayingWho } from '../../../support/engine-socket.ts'

interface Answer {
  readonly code: number
  readonly out?: string
  readonly err?: string
}

let engine: EngineSocket | undefined
afterEach(async () => {
  await engine?.close()
  engine = undefined
})

/** As the engine sends it: each piece behind its stream and its length. */
function framed(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

async function jsonOf(request: IncomingMessage): Promise<{ Cmd: string[] }> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

/** An engine with one container `edge`, which answers these commands. */
async function engineWith(answers: Record<string, Answer>, isRunning = true, args: readonly string[] = []) {
  const who = sayingWho({ ApiVersion: '1.45', MinAPIVersion: '1.24' })
  const asked: Answer[] = []
  const listener: RequestListener = (request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '')
    const say = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const started = /^\/exec\/(\d+)\/start/.exec(path)?.[1]
    const inspected = /^\/exec\/(\d+)\/json/.exec(path)?.[1]
    if (path === '/containers/edge/json')
      say({ State: { Running: isRunning }, Path: args[0] ?? '/entry.sh', Args: args.slice(1) })
    else if (path.startsWith('/containers/json'))
      say([{ Names: ['/edge'] }, { Names: ['/shop-front-1'], Labels: { 'com.docker.compose.service': 'front' } }])
    else if (path === '/containers/edge/exec') {
      void jsonOf(request).then(({ Cmd }) => {
        const answer = answers[Cmd.join(' ')]
        if (answer) say({ Id: String(asked.push(answer) - 1) }, 201)
        else say({ message: `exec: "${Cmd[0]}": executable file not found in $PATH` }, 400)
      })
    } else if (started) {
      const { out = '', err = '' } = asked[Number(started)] ?? {}
      response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
      response.end(Buffer.concat([framed(1, out.slice(0, 30)), framed(2, err), framed(1, out.slice(30))]))
    } else if (inspected) say({ ExitCode: asked[Number(inspected)]?.code })
    else if (path.startsWith('/containers/')) say({ message: 'No such container' }, 404)
    else who(request, response)
  }
  engine = await engineSocket(listener)
}

async function linted(name: string, flags: LintFlags = {}) {
  const said: string[] = []
  const io = { cwd: '/', env: { DOCKER_HOST: engine?.uri }, out: (text: string) => void said.push(text) }
  const code = await lintConfigAction(`docker:${name}`, flags, io)
  return { code, lines: said.join('').trimEnd().split('\n') }
}

const ok = 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n'
const conf = (http: string) => `# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n${http}\n}\n`
const version = (text: string): Answer => ({ code: 0, err: `nginx version: ${text}\n` })

test('the configuration and the version of a running Nginx are asked for', async () => {
  const kept =
    'upstream web { zone w 1m; server 10.0.0.1:80; keepalive 4; }\nserver { location / { proxy_pass http://web; } }'
  const dump = { code: 0, out: conf(kept), err: ok }
  await engineWith({ 'nginx -v': version('nginx/1.26.3'), 'nginx -T': dump })
  const old = await linted('edge', { only: ['keepalive-not-used'] })
  expect(old).toMatchObject({
    code: 1,
    lines: [expect.stringMatching(/nginx\.conf:4:23: keepalive-not-used/), expect.anything()],
  })
  expect(old.lines.at(-1)).toBe('1 file, 1 trap, 0 notes, for Nginx 1.26.3')
  expect((await linted('edge', { only: ['keepalive-not-used'], nginx: '1.30' })).code).toBe(0)
  await engine?.close()
  await engineWith({ 'nginx -v': version('openresty/1.29.8.1'), 'nginx -T': dump })
  expect(await linted('edge', { only: ['keepalive-not-used'] })).toEqual({
    code: 0,
    lines: ['1 file, 0 traps, 0 notes, for Nginx 1.29.8'],
  })
})

test('a configuration that its command line names is asked for', async () => {
  const dump = { code: 0, out: conf('').replaceAll('/etc/nginx', '/srv'), err: ok }
  const argv = ['nginx', '-g', 'daemon off;', '-c', '/srv/nginx.conf']
  await engineWith({ 'nginx -v': version('nginx/1.26.3'), 'nginx -T -c /srv/nginx.conf': dump }, true, argv)
  expect(await linted('edge')).toEqual({ code: 0, lines: ['1 file, 0 traps, 0 notes, for Nginx 1.26.3'] })
})

test.each([
  [['/bin/sh', '-c', "nginx -g 'daemon off;'"], ''],
  [['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'], ''],
  [['/bin/bash', '-c', 'envsubst < /in > /etc/x && exec /usr/sbin/nginx -c /srv/nginx.conf'], ' -c /srv/nginx.conf'],
  [['sh', '-c', '/start.sh'], ''],
  [['/usr/bin/openresty', '-p', '/srv'], ' -p /srv'],
])("a shell's own -c names no configuration: %s", async (argv, asked) => {
  const dump = { code: 0, out: conf(''), err: ok }
  await engineWith({ 'nginx -v': version('nginx/1.26.3'), [`nginx -T${asked}`]: dump }, true, argv)
  expect(await linted('edge')).toEqual({ code: 0, lines: ['1 file, 0 traps, 0 notes, for Nginx 1.26.3'] })
})

test('what the harness has added to a proxy is not linted', async () => {
  const main = '/etc/nginx/nginx.conf'
  const text = 'events {}\nhttp {\n  access_log off;\n}\n'
  const configuration = readConfiguration({ main, files: filesOf(new Map([[main, text]])) })
  const found = instrument(configuration, { status: '8081', release: 'r-1', logs: ['/dev/stdout'] })
  if ('because' in found) throw new Error(found.because)
  const [{ after } = { after: '' }] = found.files
  const linting = async (content: string) => {
    const dump = { code: 0, out: `# configuration file ${main}:\n${content}\n`, err: ok }
    await engineWith({ 'nginx -v': version('nginx/1.26.3'), 'nginx -T': dump })
    return await linted('edge', { hints: true })
  }
  const asReviewed = await linting(text)
  await engine?.close()
  expect(await linting(after)).toEqual(asReviewed)
})

test('what Nginx refuses is a trap, at the place that it names', async () => {
  const err =
    '2026/11/30 09:00:00 [emerg] 7#7: unknown directive "servr" in /etc/nginx/conf.d/a.conf:3\nnginx: failed\n'
  await engineWith({ 'nginx -v': version('nginx/1.26.3'), 'nginx -T': { code: 1, err } })
  const { code, lines } = await linted('edge')
  expect([code, lines[0]]).toEqual([
    1,
    expect.stringContaining('conf.d/a.conf:3:1: refused-by-nginx: unknown directive'),
  ])
})

test('what is no Nginx, does not run or is not there is refused in a sentence', async () => {
  await engineWith({})
  await expect(linted('edge')).rejects.toMatchObject({ code: 'USAGE', message: 'edge has no nginx that can be asked' })
  await expect(linted('edgee')).rejects.toMatchObject({
    code: 'USAGE',
    message: 'there is no container edgee',
    hint: expect.stringContaining("Did you mean 'docker:edge'?"),
  })
  // As its Compose file calls it.
  await expect(linted('front')).rejects.toMatchObject({
    hint: expect.stringContaining("Did you mean 'docker:shop-front-1'?"),
  })
  for (const name of ['', '..', 'a/b', '%00', 'a\u001b']) {
    await expect(linted(name)).rejects.toMatchObject({ message: `'${name}' is no name of a container` })
  }
  await engine?.close()
  await engineWith({ 'nginx -v': version('nginx/1.26.3'), 'nginx -T': { code: 1, err: 'permission denied' } })
  await expect(linted('edge')).rejects.toMatchObject({ message: expect.stringContaining('permission denied') })
  await engine?.close()
  await engineWith({}, false)
  await expect(linted('edge')).rejects.toMatchObject({ message: 'container edge is not running' })
})
