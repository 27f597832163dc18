import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expiredCertificate } from '../../../src/faults/edits/expired-certificate.ts'
import { mistakenFiles } from '../../../src/faults/edits/proxy-mistakes.ts'
import { readyFault } from '../../../src/faults/index.ts'
import { shownCertificate } from '../../../src/stack/beside/shown-certificate.ts'
import type { Exec } from '../../../src/stack/exec.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

type Edit = Parameters<typeof mistakenFiles>[1]['edit']
const fault = (edit: Edit, role?: string) =>
  faultFor({ kind: 'proxy-files', edit, server: 1, ...(role === undefined ? {} : { role }) })

const site = `http {
  upstream shop { server web-1:80; server web-2:80; }
  server {
    listen 443 ssl;
    ssl_certificate /certs/own.crt;
    ssl_certificate_key /certs/own.key;
    location / { proxy_pass http://shop; }
  }
  server {
    listen 80;
    location / { proxy_pass http://shop; }
  }
}
`
const main = '/etc/nginx/nginx.conf'
const release = { name: 'good', hash: 'h', files: [{ path: main, content: Buffer.from(site) }] }

function made(edit: Edit, port = 80) {
  const found = mistakenFiles(release, { edit, role: 'shop', server: 2, port, taken: [8_090] })
  if ('because' in found) throw new Error(found.because)
  return { ...found, texts: new Map(found.files.map(({ path, content }) => [path, content?.toString() ?? ''])) }
}

describe('a mistake in the files of any proxy', () => {
  test.each([
    ['wrong-port', 'server web-1:8091; server web-2:8091;'],
    ['one-wrong', 'server web-1:80; server web-2:8091;'],
    ['wrong-name', 'server web-1.invalid:80;'],
    ['broken-reload', 'proxy_pass http://shop }'],
  ] as const)('%s is %s', (edit, text) => {
    expect(made(edit).texts.get(main)).toContain(text)
  })

  test('another certificate is shown, and the one that there is is not touched', () => {
    const { texts, isRefused } = made('expired-certificate', 443)
    expect(texts.get(main)).toContain('ssl_certificate /etc/nginx/badgateway-expired.crt;')
    expect(texts.get(main)).toContain('ssl_certificate_key /etc/nginx/badgateway-expired.key;')
    expect([...texts.keys()]).toEqual(expect.not.arrayContaining(['/certs/own.crt']))
    expect(isRefused).toBe(false)
    expect(() => made('expired-certificate')).toThrow('the site on port 80 speaks no TLS')
  })

  test('a file that nobody may read is the same text', () => {
    const { files } = made('unreadable-file')
    expect(files).toEqual([{ path: main, content: Buffer.from(site), owned: { mode: 0, uid: 0, gid: 0 } }])
  })

  test('what cannot be made in a configuration is said', () => {
    expect(() => made('no-resolver')).toThrow('it has no `resolver`')
  })
})

test('who is about a group names it', () => {
  const outlook = { services: [], mayGrow: false, pool: 1, measures: [], faults: [] }
  const rest = { unfindable: () => undefined, unheard: () => undefined }
  const refused = (edit: Edit, role?: string) => {
    const spec = { kind: 'proxy-files', edit, server: 1, ...(role === undefined ? {} : { role }) } as const
    return readyFault(spec).refuse({ ...outlook, ...rest })
  }
  expect(refused('wrong-port')).toMatchObject([{ path: 'role' }])
  expect([refused('wrong-port', 'web'), refused('broken-reload')]).toEqual([[], []])
})

test('a mistake that Nginx accepts after all is none, for nobody goes on in silence', async () => {
  const scene = serverScene()
  const proxy = scene.stack.proxies.get('proxy')
  if (proxy) proxy.test = () => undefined
  const { outcome, because } = await fault('broken-reload').inject(scene)
  expect([outcome, because]).toEqual(['rejected', expect.stringContaining('nginx -t accepts the files of proxy')])
})

test('a proxy that is to come up with a broken file is started again after its files are back', async () => {
  const scene = serverScene()
  expect(await fault('broken-restart').inject(scene)).toMatchObject({ outcome: 'in-force' })
  expect(scene.promised.map(({ undo }) => undo)).toMatchObject([
    { verb: 'restart' },
    { verb: 'write-files', signal: null },
  ])
})

test('a file that nobody may read gets its mode and owner back', async () => {
  const scene = serverScene()
  const { service } = scene.stack
  const owned = { mode: 0o640, uid: 33, gid: 33 }
  const written: unknown[] = []
  scene.stack.service = (name) => ({
    ...service(name),
    readFiles: async (paths) => (await service(name).readFiles(paths)).map((file) => ({ ...file, owned })),
    writeFiles: (files) => Promise.resolve(void written.push(...files.map((file) => file.owned))),
  })
  // Whoever is root and may read everything is not kept from it, and that is said.
  expect(await fault('unreadable-file').inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(written).toEqual([{ mode: 0, uid: 0, gid: 0 }])
  expect(scene.promised).toMatchObject([{ undo: { verb: 'write-files', files: [{ owned }] } }])
})

describe('a certificate that is shown', () => {
  let server: Server
  const run = promisify(execFile)
  const exec: Exec = async ([program = '', ...argv]) => {
    const { stdout } = await run(program === 'node' ? process.execPath : program, argv)
    return { code: 0, output: stdout }
  }
  const at = () => {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return { host: '127.0.0.1', port, timeoutMs: 5_000 }
  }

  beforeAll(async () => {
    server = createServer({ cert: expiredCertificate.certificate, key: expiredCertificate.key }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => void server.close())

  test('is expired by the clock that is asked', async () => {
    const now = Date.parse('2026-12-01')
    const shown = { name: 'expired.invalid', validTo: 'Jan  1 00:00:00 2020 GMT' }
    expect(await shownCertificate(exec, { ...at(), now })).toEqual({ ...shown, isExpired: true })
    expect(await shownCertificate(exec, { ...at(), now: Date.parse('2019-06-01') })).toMatchObject({ isExpired: false })
  })

  test('where there is none, it is said why', async () => {
    const shown = await shownCertificate(exec, { ...at(), port: 1, now: 0 })
    expect(shown).toEqual({ because: 'ECONNREFUSED' })
  })
})
