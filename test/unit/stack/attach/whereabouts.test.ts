import { expect, test } from 'vitest'
import { joinedIn, type Standing, sharedNetworks, whereaboutsOf } from '../../../../src/stack/attach/whereabouts.ts'

const id = 'abcdef0123456789'
const on = (network: string, address: string, aliases: string[] = []) => {
  return { network, address, hasIpv6: false, aliases }
}
const standing = (name: string, joined: Standing['joined'], mode = 'front'): Standing => {
  return { name, container: `shop-${name}`, mode, joined }
}

test('an alias that the engine makes of the id is none', () => {
  const networks = { front: { IPAddress: '10.0.0.2', Aliases: ['web', 'abcdef012345'] }, back: { Aliases: null } }
  expect(joinedIn(networks, id)).toEqual([on('front', '10.0.0.2', ['web']), on('back', '')])
})

test('of several networks the one is chosen on which the proxy meets most servers', () => {
  const proxy = standing('edge', [on('front', '10.0.0.2'), on('back', '10.1.0.2')])
  const servers = [
    standing('a', [on('front', '10.0.0.3'), on('back', '10.1.0.3')]),
    standing('b', [on('back', '10.1.0.4')]),
  ]
  const shared = sharedNetworks(proxy, servers)
  expect(shared).toEqual(['back', 'front'])
  expect(whereaboutsOf(proxy, [proxy, ...servers], shared).address).toBe('10.1.0.2')
})

test.each<[string, Standing[], string]>([
  ['its name, where that is its alias alone', [], 'a'],
  ['its container, where another one has that alias too', [standing('b', [on('front', '10.0.0.9', ['a'])])], 'shop-a'],
])('it is asked by %s', (_, others, host) => {
  const one = standing('a', [on('front', '10.0.0.3', ['a'])])
  expect(whereaboutsOf(one, [one, ...others], ['front'])).toEqual({ address: '10.0.0.3', host })
})

test('a replica whose alias is that of its service is asked by its container', () => {
  const one = standing('api-1', [on('front', '10.0.0.3', ['api'])])
  expect(whereaboutsOf(one, [one], []).host).toBe('shop-api-1')
})

test.each<[Standing, string]>([
  [standing('a', [], 'host'), 'a has no network of its own (network_mode: host)'],
  [standing('a', [], 'container:b'), 'a has no network of its own (network_mode: container:b)'],
  [standing('a', [{ ...on('front', ''), hasIpv6: true }]), 'a has only IPv6 addresses'],
  [standing('a', [on('front', '')]), 'a has no address on any network'],
])('nobody can find %j', (one, because) => {
  expect(() => whereaboutsOf(one, [one], ['front'])).toThrow(because)
})
