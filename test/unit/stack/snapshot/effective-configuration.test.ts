import { expect, test } from 'vitest'
import { filesOf, instrument, readConfiguration } from '../../../../src/nginx/index.ts'
import { effectiveConfiguration } from '../../../../src/stack/snapshot/effective-configuration.ts'

const files = new Map([
  ['/etc/nginx/nginx.conf', 'events {}\nhttp {\n  include conf.d/*;\n}\n'],
  ['/etc/nginx/conf.d/a', 'server {\n  listen 80;\n  access_log off;\n}\n'],
])
const shown = (texts: ReadonlyMap<string, string>) =>
  [...texts].map(([path, text]) => `# configuration file ${path}:\n${text}\n`).join('')
const proxy = (code: number, output: string) => ({ exec: () => Promise.resolve({ code, output }) })

test('what Nginx reads is told without what the harness has added', async () => {
  const main = '/etc/nginx/nginx.conf'
  const given = { status: '8081', logs: ['/dev/stdout'], release: 'r-1' } as const
  const found = instrument(readConfiguration({ main, files: filesOf(files) }), given)
  if ('because' in found) throw new Error(found.because)
  expect(found.files).toHaveLength(2)
  const ours = new Map([...files, ...found.files.map(({ path, after }) => [path, after] as const)])
  expect(await effectiveConfiguration(proxy(0, shown(ours)))).toBe(shown(files))
})

test('what is none of ours is told as it is, and what Nginx refuses is not', async () => {
  expect(await effectiveConfiguration(proxy(0, shown(files)))).toBe(shown(files))
  expect(await effectiveConfiguration(proxy(0, 'no dump'))).toBe('no dump')
  expect(await effectiveConfiguration(proxy(1, shown(files)))).toBeUndefined()
})
