import { expect, it } from 'vitest'
import { neighbourSysctls } from '../../../src/shop/neighbours.ts'
import { shop } from '../../../src/shop/shop.ts'
import { stackSpec } from '../../../src/shop/stack-spec.ts'

const options = { token: '', edge: false, withoutRules: [] }
const proxyOf = (spec: object) => {
  return shop({ ...stackSpec.parse(spec), ...options }).find(({ name }) => name === 'proxy')
}

it('is left to Linux unless it is asked for', () => {
  expect(neighbourSysctls(undefined)).toEqual({})
  expect(proxyOf({})).not.toHaveProperty('sysctls')
})

it('is a third of the time for each question, and an address is not trusted for longer, on both interfaces', () => {
  expect(proxyOf({ neighbourLostMs: 1_200 })?.sysctls).toEqual({
    'net.ipv4.neigh.eth0.retrans_time_ms': '400',
    'net.ipv4.neigh.eth0.base_reachable_time_ms': '1200',
    'net.ipv4.neigh.eth0.delay_first_probe_time': '1',
    'net.ipv4.neigh.eth1.retrans_time_ms': '400',
    'net.ipv4.neigh.eth1.base_reachable_time_ms': '1200',
    'net.ipv4.neigh.eth1.delay_first_probe_time': '1',
  })
})
