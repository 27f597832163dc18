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

test('a proxy is asked at its site, and knows where its configuration lies', async () => {
  const { asked, services, description, agent } = scene({ gate: 200 })
  const gate = services.find(({ name }) => name === 'gate') ?? expect.fail('there is no gate')
  const proxy = proxyOf(agent, gate, description)
  expect((await proxy.ask('/product/7')).because).toBe('status 200')
  expect(asked).toEqual(['gate:8000/product/7'])
  expect([proxy.place.folders, proxy.instrumented]).toEqual([['/etc/nginx/sites-enabled'], undefined])
})

test('a site on TLS is asked so, and another port of its proxy is not', async () => {
  const { services, description, agent } = scene({ gate: 200 })
  const gate = services.find(({ name }) => name === 'gate') ?? expect.fail('there is no gate')
  const heard: unknown[] = []
  const forward: typeof agent.forward = async (wish) => {
    heard.push([wish.port, wish.tls])
    return await agent.forward(wish)
  }
  const secure = { ...description, proxy: { ...description.proxy, scheme: 'https' as const } }
  const proxy = proxyOf({ ...agent, forward }, gate, secure)
  await proxy.ask('/')
  await proxy.ask('/', { port: 9 })
  expect(heard).toEqual([
    [8000, true],
    [9, undefined],
  ])
})
