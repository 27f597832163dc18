import { expect, test } from 'vitest'
import { descriptionOf } from '../../../../src/shop/define.ts'
import { shopOf } from '../../../../src/shop/measures.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import { filesOf } from '../../../../src/stack/raise/container.ts'
import { instrumentedFiles } from '../../../../src/stack/raise/instrumented-files.ts'

const dockerFolder = new URL('../../../../docker', import.meta.url).pathname
const shop = descriptionOf(shopOf(stackSpec.parse({}), ['blue-green']))
const main = '/etc/nginx/nginx.conf'

async function startFiles(name: string) {
  const definition = shop.services.find((one) => one.name === name) ?? expect.fail(`no ${name}`)
  const files = await filesOf(definition, { dockerFolder, replaced: {} })
  return { files, put: instrumentedFiles(shop, definition, files) }
}

const textOf = (files: readonly { target: string; content: string }[], path = main) =>
  files.find(({ target }) => target === path)?.content ?? ''

test.each([
  ['proxy', 'good'],
  ['edge', 'proxy good'],
])('%s says %s from its start, and logs where the description says', async (name, release) => {
  const { files, put } = await startFiles(name)
  expect(textOf(files)).not.toContain('badgateway')
  const text = textOf(put)
  for (const part of [`default "${release}"`, 'listen 8081;', '/var/log/shop/access.jsonl badgateway;']) {
    expect(text).toContain(part)
  }
  expect(put.map(({ target }) => target)).toEqual(files.map(({ target }) => target))
})

test('what is no proxy, and a proxy of a stack that has none, is left as it is', async () => {
  const { files, put } = await startFiles('monitoring')
  expect(put).toBe(files)
  const { instrumented: _, ...can } = shop.can
  expect(instrumentedFiles({ ...shop, can }, { name: 'proxy', role: 'proxy' }, files)).toBe(files)
})

const proxy = { name: 'proxy', role: 'proxy' }

test('what the log will not tell is told with its place', () => {
  const text = 'events {} http {\n limit_req zone=a;\n server { access_log off; access_log /own; } }'
  const lacking: string[] = []
  instrumentedFiles(shop, proxy, [{ target: main, content: text }], (lack) => lacking.push(lack))
  expect(lacking).toEqual([
    `proxy: ${main}:2: this limit holds for the status server, too`,
    expect.stringMatching(`^proxy: ${main}:3: requests of this level are not logged`),
  ])
})

test('a status port that is taken is told before anything starts; what Nginx refuses it tells itself', () => {
  const taken = [{ target: main, content: 'events {} http { server { listen 8081; } }' }]
  expect(() => instrumentedFiles(shop, proxy, taken)).toThrow('proxy cannot be instrumented: 8081 is taken')
  expect(() => instrumentedFiles(shop, proxy, [])).toThrow(`proxy cannot be instrumented: ${main}:1`)
  const broken = [{ target: main, content: 'events {} http {' }]
  expect(instrumentedFiles(shop, proxy, broken)).toBe(broken)
})
