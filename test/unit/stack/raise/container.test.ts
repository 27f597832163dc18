import Dockerode from 'dockerode'
import { BoundPorts, Wait } from 'testcontainers'
import { expect, test } from 'vitest'
import type { ServerCounts } from '../../../../src/shop/fit-servers.ts'
import { shopOf } from '../../../../src/shop/measures.ts'
import { shop } from '../../../../src/shop/shop.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import { filesOf, type TextFile, withLastWords } from '../../../../src/stack/raise/container.ts'

const dockerFolder = new URL('../../../../docker', import.meta.url).pathname

function filesFor(name: string, servers: ServerCounts, rules?: TextFile[]) {
  const definition = shop({ ...shopOf(stackSpec.parse(servers), []), token: '' }).find((one) => one.name === name)
  if (!definition) throw new Error(`no ${name}`)
  return filesOf(definition, { dockerFolder, replaced: rules ? { 'monitoring/rules': rules } : {} })
}

test('proxy and monitoring start with files that fit the servers', async () => {
  const [proxy, monitoring] = await Promise.all([
    filesFor('proxy', { web: 1, api: 3 }),
    filesFor('monitoring', { web: 1, api: 3 }),
  ])
  expect(proxy.find(({ target }) => target.endsWith('/upstreams.conf'))?.content).not.toContain('web-2')
  const scraping = monitoring.find(({ target }) => target === '/etc/prometheus/prometheus.yml')?.content
  expect(scraping).toContain('[web-1, api-1, api-2, api-3]')
  expect(monitoring.map(({ target }) => target)).not.toContain('/etc/prometheus/rules/nginx.yml')
})

test("the user's rules are put in the place of ours, as they are", async () => {
  const given = ['a.yml', 'b.yaml.yml'].map((name) => ({ name, text: `web-2 ${name}` }))
  const files = await filesFor('monitoring', { web: 1, api: 1 }, given)
  expect(files.filter(({ target }) => target.includes('/rules/'))).toEqual([
    { target: '/etc/prometheus/rules/a.yml', content: 'web-2 a.yml' },
    { target: '/etc/prometheus/rules/b.yaml.yml', content: 'web-2 b.yaml.yml' },
  ])
})

test('a container that does not become ready is told with what it said last', async () => {
  const container = new Dockerode({ socketPath: '/nowhere' }).getContainer('a'.repeat(12))
  const piece = (text: string) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(text.length, 4)
    return Buffer.concat([head, Buffer.from(text)])
  }
  const said = Buffer.concat([piece('starting\n'), piece('nginx: [emerg] \u001b[31mno such host\n')])
  Object.assign(container, { logs: () => Promise.resolve(said) })
  const strategy = Wait.forLogMessage(/ready/)
  strategy.waitUntilReady = () => Promise.reject(new Error('Log stream ended'))
  await expect(withLastWords(strategy).waitUntilReady(container, new BoundPorts())).rejects.toThrow(
    'Log stream ended. It said: starting | nginx: [emerg]  [31mno such host',
  )
})
