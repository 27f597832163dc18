import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Interposer } from '../docker/agent/interposer/interposer.ts'
import { realWait } from '../docker/agent/interposer/line.ts'
import { talk } from '../docker/agent/talk.ts'
import { type InterposerWhat, interposerWhat, interposerWish } from '../src/protocol/index.ts'
import { nginxIn } from './support/nginx.ts'

// What Nginx makes of each deed: `node bench/interposer-nginx.ts [nginx]` prints the table of docs/interposer.md. A
// server alone, and the same with one beside it that is well, in front of it the program, in front of that Nginx.

type Deed = InterposerWhat['deed']
const at = ['accept', 'request', 'headers', 'body'] as const
const deeds: { deed: Deed }[] = [
  { deed: { does: 'latency', ms: 300, jitterMs: 0, of: 'request' } },
  { deed: { does: 'latency', ms: 1_500, jitterMs: 0, of: 'first-byte' } },
  { deed: { does: 'latency', ms: 1_500, jitterMs: 0, of: 'body' } },
  ...(['hang', 'reset', 'fin'] as const).flatMap((does) => at.map((point) => ({ deed: { does, at: point } }))),
  { deed: { does: 'truncate', framing: 'length' } },
  { deed: { does: 'truncate', framing: 'chunked' } },
  { deed: { does: 'big-header', bytes: 65_536 } },
  ...(['space-in-name', 'nul-in-value', 'duplicate-length', 'length-and-chunked', 'no-status-line'] as const).map(
    (form) => ({ deed: { does: 'invalid-header', form } as const }),
  ),
  { deed: { does: 'endless-header', everyMs: 1 } },
  { deed: { does: 'status', code: 503 } },
  { deed: { does: 'bandwidth', bytesPerS: 20_000 } },
  { deed: { does: 'idle-close', afterMs: 50 } },
  { deed: { does: 'race-close', onRequest: 2 } },
]

const page = 'x'.repeat(20_000)

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const configuration = (folder: string, port: number, faulty: number, well: number) => `
worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log info;
events { worker_connections 512; }
http {
  log_format told '$request_method $uri $status [$upstream_status]';
  access_log ${folder}/access.log told;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 1s; proxy_connect_timeout 1s;
  upstream alone { server 127.0.0.1:${faulty}; keepalive 8; }
  upstream pair { server 127.0.0.1:${faulty} weight=1000 max_fails=0; server 127.0.0.1:${well}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location /alone { proxy_pass http://alone; }
    location /pair { proxy_pass http://pair; }
  }
}`

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isThere) return
    await sleep(20)
  }
}

const request = (method: string, path: string) => {
  const length = method === 'POST' ? 'Content-Length: 0\r\n' : ''
  return `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${length}\r\n`
}

/** One request through Nginx, after one that leaves a connection kept where that is what it is about. */
async function ask(port: number, folder: string, method: string, path: string) {
  const { text, bytes, tail } = await talk({ host: 'localhost', port, text: request(method, path), timeoutMs: 6_000 })
  await sleep(60)
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'none'
  const head = text.indexOf('\r\n\r\n') + 4
  const length = Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1] ?? Number.NaN)
  const isChunked = /\r\nTransfer-Encoding: chunked/i.test(text)
  const isCut = status !== 'none' && (isChunked ? !tail.endsWith('0\r\n\r\n') : bytes - head < length)
  const isOther = status === '200' && !isCut && bytes - head < page.length
  const logged = (await readFile(join(folder, 'access.log'), 'utf8')).trim().split('\n').at(-1) ?? ''
  const upstream = /\[(.*)\]/.exec(logged)?.[1] ?? ''
  return { seen: `${status}${isCut ? ', cut' : ''}${isOther ? ', another body' : ''}`, upstream }
}

async function reasonIn(folder: string): Promise<string> {
  const lines = (await readFile(join(folder, 'error.log'), 'utf8')).split('\n')
  const found = lines.find((line) => / \[(error|crit|alert|warn|info)\] .*(upstream|recv\(\)|writev\(\))/.test(line))
  return found === undefined ? '–' : (/\*\d+ (.*?)(?: while .*)?, client/.exec(found)?.[1] ?? found)
}

async function play(program: string, { deed }: (typeof deeds)[number]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'interposer-nginx-'))
  const made = () => createServer((incoming, response) => void incoming.resume().on('end', () => response.end(page)))
  const [server, other] = [made(), made()]
  const [faulty, well] = [await listen(server), await listen(other)]
  const wish = interposerWish.parse({
    ...interposerWhat.parse({ deed }),
    server: { host: '127.0.0.1', port: faulty },
    users: [],
    expiresAfterMs: 600_000,
  })
  const detour = { begin: () => Promise.resolve(0), end: () => Promise.resolve() }
  const interposer = new Interposer({ wish, detour, wait: realWait, onChange: () => undefined })
  await interposer.begin()
  const port = await freePort()
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, interposer.port, well))
  const nginx = nginxIn(folder, program)
  try {
    await untilListening(port)
    const needsKept = deed.does === 'race-close'
    if (needsKept) await ask(port, folder, 'GET', '/alone')
    const alone = await ask(port, folder, 'GET', '/alone')
    const because = await reasonIn(folder)
    if (needsKept) await ask(port, folder, 'GET', '/pair')
    const get = await ask(port, folder, 'GET', '/pair')
    if (needsKept) await ask(port, folder, 'GET', '/pair')
    const post = await ask(port, folder, 'POST', '/pair')
    const { does, ...rest } = deed
    const fields = Object.entries(rest).map(([name, value]) => `${name}: ${String(value)}`)
    const told = ({ seen, upstream }: typeof alone) => `${seen} (${upstream})`
    return `| \`${does}\` ${fields.join(', ')} | ${told(alone)} | ${told(get)} | ${told(post)} | ${because} |`
  } finally {
    nginx.end()
    await nginx.closed
    await interposer.end('the look is over')
    for (const one of [server, other]) {
      one.close()
      one.closeAllConnections()
    }
  }
}

const [, , program = '/usr/sbin/nginx'] = process.argv
console.log('| Deed | GET, alone | GET, one more is well | POST, one more is well | The error log says |')
console.log('|---|---|---|---|---|')
for (const one of deeds) console.log(await play(program, one))
