// @group light 10s
import { describe, expect, test } from 'vitest'
import { type EditedFile, filesOf, instrument, readConfiguration, uninstrument } from '../../src/nginx/index.ts'
import { freePorts } from '../support/nginx/backends.ts'
import { foreground, nginxHosts, nginxImages, temporaryPaths } from '../support/nginx/hosts.ts'
import type { ConfFiles } from '../support/nginx/real-nginx.ts'

const home = '/etc/nginx'
const read = (files: ConfFiles) => {
  const texts = Object.entries(files).map(([name, text]) => [`${home}/${name}`, text] as const)
  return readConfiguration({ main: `${home}/nginx.conf`, files: filesOf(new Map(texts)) })
}
const put = (files: ConfFiles, edited: readonly EditedFile[]): ConfFiles => ({
  ...files,
  ...Object.fromEntries(edited.map(({ path, after }) => [path.slice(home.length + 1), after])),
})

function instrumented(files: ConfFiles, status: number): ConfFiles {
  const given = { release: 'r-7', logs: ['/dev/stdout'], defaultLog: '/dev/stderr' } as const
  const found = instrument(read(files), { ...given, status: `127.0.0.1:${status}` })
  if ('because' in found) throw new Error(found.because)
  expect(found.lacking).toEqual([])
  return put(files, found.files)
}

/** A log at each level that can have one, with all that is known to be in the way. */
const levels = (port: number): ConfFiles => ({
  'nginx.conf': `${foreground}\r\nworker_processes 1; # one\r\nevents {}\r\ninclude all.conf;\r\n`,
  'all.conf': `http {\r\n  ${temporaryPaths} # { access_log
  log_format badgateway 'own $uri'; access_log /dev/stderr badgateway; map_hash_bucket_size 128;
  map $host $badgateway_release { default none; } deny all; auth_basic "closed"; auth_basic_user_file @FOLDER@/none;
  server_names_hash_bucket_size 64;
  map $arg_x $wanted { default 0; 1 1; }
  server { listen 127.0.0.1:${port}; allow all; auth_basic off; satisfy any; root @FOLDER@;
    location /plain { return 200; }
    location = /own-status { stub_status; } location /off { access_log "off"; return 200; }
    location /if { if ($arg_x) { access_log /dev/stderr badgateway if=$wanted; return 201; } return 200; }
    location /own { include own.conf; return 200; } location /shared { include own.conf; return 200; }
    location /except { limit_except GET { access_log off; allow all; } root @FOLDER@; } } }`,
  'own.conf': 'access_log /dev/stderr badgateway buffer=4k flush=1s;',
})

const ask = async (port: number, path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  return { status: response.status, text: await response.text() }
}

/** Lines of ours, by path; each has to be JSON. */
const logged = (said: string): string[] =>
  said.split('\n').flatMap((line) => {
    if (!line.startsWith('{"t":')) return []
    const { path, status, release }: { path: string; status: number; release: string } = JSON.parse(line)
    return [`${path} ${status} ${release}`]
  })

describe.each(nginxHosts(nginxImages))('%s', (_name, hostOf) => {
  test('every level is logged once, and the status server answers', async () => {
    const [port = 0, status = 0] = await freePorts(2)
    const files = levels(port)
    const ours = instrumented(files, status)
    expect(put(ours, uninstrument(read(ours)))).toEqual(files)
    const host = hostOf()
    expect(await host.check(files)).toMatchObject({ code: 0 })
    expect(await host.check(ours)).toMatchObject({ code: 0 })
    await using nginx = await host.start(ours, port)
    for (const path of ['/plain', '/own-status', '/off', '/if', '/if?x=1', '/if?x=2', '/own', '/shared', '/except']) {
      await ask(port, path)
    }
    await ask(port, '/except', 'DELETE')
    expect(await ask(status, '/config-hash')).toEqual({ status: 200, text: 'r-7\n' })
    expect((await ask(status, '/stub_status')).text).toContain('Active connections')
    const wanted = ['/plain 200', '/own-status 200', '/off 200', '/if 200', '/if 201', '/if 201', '/own 200']
    const rest = ['/shared 200', '/except 404', '/except 405']
    await expect.poll(async () => logged(await nginx.said())).toEqual([...wanted, ...rest].map((one) => `${one} r-7`))
    const own = (await nginx.said()).split('\n').filter((line) => line.startsWith('own '))
    expect(own.filter((line) => line === 'own /off')).toEqual([])
    await expect.poll(() => nginx.said()).toContain('own /shared')
  })

  test("without any log Nginx's own goes on beside ours", async () => {
    const [port = 0, status = 0] = await freePorts(2)
    const http = `http { ${temporaryPaths} server { listen 127.0.0.1:${port}; return 204; } }`
    const files = { 'nginx.conf': `${foreground} events {} ${http}` }
    await using nginx = await hostOf().start(instrumented(files, status), port)
    await ask(port, '/x')
    await expect.poll(async () => logged(await nginx.said())).toEqual(['/x 204 r-7'])
    expect(await nginx.said()).toMatch(/"GET \/x HTTP\/1.1" 204 0 "-"/)
  })

  test('where there is no http block one is made', async () => {
    const [status = 0] = await freePorts(1)
    const bare = { 'nginx.conf': `${foreground} events {}` }
    const files = instrumented(bare, status)
    await using nginx = await hostOf().start(files, status)
    expect(await ask(status, '/config-hash')).toEqual({ status: 200, text: 'r-7\n' })
    expect(await nginx.said()).not.toContain('[emerg]')
    expect(put(files, uninstrument(read(files)))).toEqual(bare)
  })
})
