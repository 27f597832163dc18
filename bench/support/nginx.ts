import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEndingWithUs } from '../../src/engine/index.ts'

/** Programs of this bench that the machine lacks; Debian's package of each. */
export function missingPrograms(): string[] {
  const packages = { nginx: 'nginx-light', wrk: 'wrk' }
  return Object.entries(packages)
    .filter(([program]) => spawnSync(program, ['-v']).error !== undefined)
    .map(([, name]) => name)
}

/**
 * An Nginx of one worker on a free port of 127.0.0.1 that answers everything by itself; gone with `await using`. It
 * takes in all connections that wait (`multi_accept`): one for each turn of its loop, as is its default, lets a request
 * on a new connection wait for seconds behind those of a busy one.
 */
export async function startNginx(): Promise<AsyncDisposable & { url: string; pid: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'badgateway-bench-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/t;`)
  const config = `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 8192; multi_accept on; }
    http { access_log off; keepalive_requests 1000000000; ${temporary.join(' ')}
      server { listen 127.0.0.1:${port} backlog=8192; location / { return 200 "hello from the shop\\n"; } } }`
  await writeFile(join(folder, 'nginx.conf'), config)
  const { end, closed } = nginxIn(folder)
  const url = `http://127.0.0.1:${port}/`
  for (let tries = 0; tries < 100 && !(await answers(url)); tries += 1) await sleep(50)
  return {
    url,
    pid: Number(await readFile(join(folder, 'pid'), 'utf8')),
    [Symbol.asyncDispose]: async () => {
      end()
      await closed
    },
  }
}

/** An Nginx with what lies in this folder. It ends with this process, be it killed, and the folder goes with it. */
export function nginxIn(folder: string, program = 'nginx') {
  // Its standard output is held open until the folder is gone; of a signal it says nothing into a pipe that is closed.
  const script = 'exec 2>/dev/null; trap : TERM; "$1" -c "$0/nginx.conf" -e "$0/error.log"; rm -r "$0"'
  return startEndingWithUs('sh', ['-c', script, folder, program])
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : 0
}
