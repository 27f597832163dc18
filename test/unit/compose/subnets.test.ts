import { expect, test } from 'vitest'
import { freeSubnet, movedAddress, overlap } from '../../../src/compose/subnets.ts'

test.each([
  ['10.0.0.0/8', '10.9.0.0/16', true],
  ['10.9.0.0/16', '10.0.0.0/8', true],
  ['10.9.0.0/24', '10.9.1.0/24', false],
  ['fd00::/64', 'fd00::1/128', true],
  ['fd00::/64', '10.0.0.0/8', false],
  ['no network', '10.0.0.0/8', false],
])('%s and %s share an address: %s', (one, other, shared) => {
  expect(overlap(one, other)).toBe(shared)
})

test('one of the same size is found where nobody is', () => {
  expect(freeSubnet('10.1.0.0/24', [])).toBe('198.18.0.0/24')
  expect(freeSubnet('10.1.0.0/24', ['198.18.0.0/23'])).toBe('198.18.2.0/24')
  expect(freeSubnet('10.0.0.0/12', ['198.18.0.0/15'])).toBe('172.16.0.0/12')
  expect(() => freeSubnet('10.1.0.0/24', ['0.0.0.0/0'])).toThrow('No network of the size of 10.1.0.0/24 is free')
})

test('an address keeps its place', () => {
  expect(movedAddress('172.31.9.10', '172.31.9.0/24', '198.18.1.0/24')).toBe('198.18.1.10')
  expect(movedAddress('172.31.200.7', '172.31.0.0/16', '10.128.0.0/16')).toBe('10.128.200.7')
})
