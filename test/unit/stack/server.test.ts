import { expect, test } from 'vitest'
import { proxyOf, serversOf } from '../../../src/stack/server.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { quarry } from '../../support/quarry.ts'

/** The services of another stack, and what was asked of whom. */
function scene(answers: Record<string, number>) {
  const { agent, service } = fakeStack()
  const description = quarry('')
  const asked: string[] = []
  const { role: _role, ...some } = service('web-1')
  const services = description.services.map(({ name, role }) => ({
    ...some,
    name,
    role,
    address: `address-of-${name}`,
    host: name,
  }))
  const forward: typeof agent.forward = ({ host, port, path }) => {
    asked.push(`${host}:${port}${path}`)
    const status = answers[host]
    if (status === undefined) return Promise.reject(new Error('ECONNREFUSED'))
    return Promise.resolve({ status, headers: {}, body: 'b', ms: 3 })
  }
  return { asked, description, services, agent: { ...agent, forward } }
}

test('servers are the services of the groups, asked at the port and path of theirs', async () => {
  const { asked, ...parts } = scene({ granite: 200, basalt: 500 })
  const servers = serversOf(parts)
  expect(servers.map(({ name, upstream, page }) => [name, upstream, page])).toEqual([
    ['granite', 'stone', '/product/7'],
    ['basalt', 'stone', '/product/7'],
  ])
  expect(serversOf(parts, 'constructor')).toEqual([])
  expect(await Promise.all(servers.map((one) => one.healthy()))).toEqual([true, false])
  expect(asked).toEqual(['granite:9000/alive', 'basalt:9000/alive'])
})

test('that there is no answer is an answer', async () => {
  const { asked, ...parts } = scene({ basalt: 404 })
  const [granite, basalt] = serversOf(parts)
  expect(await granite?.ask('/', { byAddress: true })).toMatchObject({ status: null, because: 'ECONNREFUSED' })
  expect(await granite?.healthy()).toBe(false)
  expect(await basalt?.ask('/x', { port: 7 })).toMatchObject({ status: 404, because: 'status 404', body: 'b' })
  expect(asked).toEqual(['address-of-granite:9000/', 'granite:9000/alive', 'basalt:7/x'])
})

test('TLS and host are those of the description, and evidence says that no certificate was verified', async () => {
  const { services, description, agent } = scene({ gate: 200, granite: 200 })
  const asked: Parameters<typeof agent.forward>[0][] = []
  const hearing: typeof agent = {
    ...agent,
    forward: (wish) => {
      asked.push(wish)
      return agent.forward(wish)
    },
  }
  const stone = description.upstreams['stone'] ?? expect.fail('there is no stone')
  const secure = {
    ...description,
    proxy: { ...description.proxy, scheme: 'https' as const, host: 'shop.test:8443' },
    upstreams: { stone: { ...stone, protocol: 'https' } },
  }
  const gate = services.find(({ name }) => name === 'gate') ?? expect.fail('there is no gate')
  const proxy = proxyOf(hearing, gate, secure)
  expect((await proxy.ask('/')).because).toBe('status 200 by TLS, certificate not verified')
  expect((await proxy.ask('/counters', { port: 9_945 })).because).toBe('status 200')
  const [granite] = serversOf({ agent: hearing, services, description: secure })
  expect(await granite?.healthy()).toBe(true)
  expect(asked.map(({ host, port, secure: how, headers }) => [host, port, how, headers])).toEqual([
    ['gate', 8_000, true, { host: 'shop.test:8443' }],
    ['gate', 9_945, undefined, undefined],
    ['granite', 9_000, true, { host: 'shop.test:8443' }],
  ])
})

test.each([{ protocol: 'fastcgi' }, { protocol: 'http', isHealthGuessed: true as const }])(
  '%j: a server is well when it accepts a connection, and no path is asked',
  async (more) => {
    const { asked, services, description, agent } = scene({ granite: 500 })
    const reach: typeof agent.reach = ({ host }) =>
      Promise.resolve({
        reachable: host === 'granite',
        ms: 1,
        because: host === 'granite' ? 'connected' : 'ECONNREFUSED',
      })
    const stone = description.upstreams['stone'] ?? expect.fail('there is no stone')
    const upstreams = { stone: { ...stone, ...more } }
    const servers = serversOf({ agent: { ...agent, reach }, services, description: { ...description, upstreams } })
    expect(await Promise.all(servers.map((one) => one.look()))).toEqual([
      { well: true, answered: true, because: 'connected' },
      { well: false, answered: true, because: 'ECONNREFUSED' },
    ])
    expect(asked).toEqual([])
  },
)

test('a proxy is asked at its site, and knows where its configuration lies', async () => {
  const { asked, services, description, agent } = scene({ gate: 200 })
  const gate = services.find(({ name }) => name === 'gate') ?? expect.fail('there is no gate')
  const proxy = proxyOf(agent, gate, description)
  expect((await proxy.ask('/product/7')).because).toBe('status 200')
  expect(asked).toEqual(['gate:8000/product/7'])
  expect([proxy.place.folders, proxy.instrumented]).toEqual([['/etc/nginx/sites-enabled'], undefined])
})
