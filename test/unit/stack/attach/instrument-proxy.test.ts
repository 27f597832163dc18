import { expect, test } from 'vitest'
import { type Attached, instrumentProxy } from '../../../../src/stack/attach/instrument-proxy.ts'

const main = 'events {}\nhttp {\n  access_log /dev/stdout combined;\n  include /etc/nginx/sites-enabled/*;\n}\n'
const site = 'server {\n  listen 80;\n  access_log off;\n}\n'
const place = { service: 'edge', port: 80, config: '/etc/nginx/nginx.conf', folders: ['/etc/nginx/sites-enabled'] }
const can = { instrumented: { port: 9_945 }, logged: { file: '/var/log/ours.jsonl' } }

/** A proxy whose site lies behind a link. `refuses`: what Nginx has against what lies there. */
function proxyWith({ refuses = (_: string): boolean => false, isReadOnly = false, says = 'good' } = {}) {
  const disk = new Map([
    ['/etc/nginx/nginx.conf', main],
    ['/etc/nginx/sites-available/shop', site],
  ])
  const asBefore = [...disk]
  const signals: string[] = []
  const content = (path: string) => Buffer.from(disk.get(path) ?? '')
  const path = '/etc/nginx/sites-available/shop'
  const proxy = {
    host: 'edge',
    readFiles: (paths: readonly string[]) =>
      Promise.resolve(paths.map((one) => ({ path: one, content: content(one) }))),
    readFolder: (folder: string) => {
      const isSite = folder === '/etc/nginx/sites-enabled'
      return Promise.resolve(isSite ? [{ path, as: `${folder}/shop`, content: content(path) }] : [])
    },
    writeFiles: (files: readonly { path: string; content: Buffer | null }[]) => {
      if (isReadOnly) return Promise.reject(new Error('container rootfs is marked read-only'))
      for (const file of files) disk.set(file.path, String(file.content))
      return Promise.resolve()
    },
    exec: () => {
      const isRefused = refuses([...disk.values()].join('\n'))
      return Promise.resolve({ code: isRefused ? 1 : 0, output: isRefused ? 'nginx: [emerg] no such folder' : '' })
    },
    signal: (name: string) => Promise.resolve(void signals.push(name)),
  }
  const agent = { forward: () => Promise.resolve({ status: 200, headers: {}, body: `${says}\n`, ms: 1 }) }
  const given = { proxy, agent, place, can, env: [] } as unknown as Attached
  return { given, disk, asBefore, signals }
}

test('a file behind a link is instrumented where it lies, and the reviewed release has no instruments', async () => {
  const { given, disk, asBefore, signals } = proxyWith()
  const { can: holds, lacking, reviewed } = await instrumentProxy(given)
  expect([holds, lacking, signals]).toEqual([can, [], ['HUP']])
  expect(disk.get('/etc/nginx/nginx.conf')).toContain('/config-hash')
  expect(disk.get('/etc/nginx/sites-available/shop')).toContain('/var/log/ours.jsonl')
  expect(reviewed.map(({ path, content }) => [path, String(content)])).toEqual(asBefore)
})

test('attached to once more, it has its instruments once', async () => {
  const { given, disk } = proxyWith()
  await instrumentProxy(given)
  const once = [...disk]
  expect((await instrumentProxy(given)).lacking).toEqual([])
  expect([...disk]).toEqual(once)
})

test('where a file of ours is refused, it goes on with its own output alone', async () => {
  const { given, disk } = proxyWith({ refuses: (text) => text.includes('ours.jsonl') })
  const { can: holds, lacking } = await instrumentProxy(given)
  expect(holds).toEqual({ instrumented: can.instrumented })
  expect(lacking).toEqual(['a log of ours: nginx -t refuses it: nginx: [emerg] no such folder'])
  expect(disk.get('/etc/nginx/nginx.conf')).toContain('/dev/stdout')
})

test('a root file system that is read-only is told, and nothing is reloaded', async () => {
  const { given, disk, asBefore, signals } = proxyWith({ isReadOnly: true })
  const { can: holds, lacking } = await instrumentProxy(given)
  expect([holds, signals, [...disk]]).toEqual([{}, [], asBefore])
  const because = 'its files cannot be written: container rootfs is marked read-only'
  expect(lacking.at(-1)).toBe(`a proxy that tells its release and its counters: ${because}`)
})

test('a port that the site listens on is not taken', async () => {
  const { given, disk, asBefore } = proxyWith()
  const { lacking } = await instrumentProxy({ ...given, can: { instrumented: { port: 80 } } })
  expect(lacking).toEqual([expect.stringContaining('80 is taken')])
  expect([...disk]).toEqual(asBefore)
})

test('who asks for no instruments gets none', async () => {
  const { given, disk, asBefore } = proxyWith()
  expect(await instrumentProxy({ ...given, can: {} })).toMatchObject({ can: {}, lacking: [] })
  expect([...disk]).toEqual(asBefore)
})
