import { BlockList, isIPv6 } from 'node:net'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'

/** Where moved networks go, best first: one that is for measurements alone, then private ones. */
const pools = ['198.18.0.0/15', '172.16.0.0/12', '10.128.0.0/9']
const triesEach = 256

/** Do these two share an address? False where one is none. */
export function overlap(one: string, other: string): boolean {
  return contains(one, addressIn(other)) || contains(other, addressIn(one))
}

const addressIn = (subnet: string) => subnet.split('/')[0] ?? ''
const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

function contains(subnet: string, address: string): boolean {
  const [network = '', length = ''] = subnet.split('/')
  if (family(network) !== family(address)) return false
  try {
    const list = new BlockList()
    list.addSubnet(network, Number(length), family(network))
    return list.check(address, family(address))
  } catch {
    return false
  }
}

/** A network of IPv4 of the same size that none of these overlaps. COMPOSE_INVALID where there is none. */
export function freeSubnet(like: string, taken: readonly string[]): string {
  const length = Number(like.split('/')[1])
  const candidates = pools.flatMap((pool) => subnetsOf(pool, length))
  const free = candidates.find((candidate) => !taken.some((one) => overlap(one, candidate)))
  if (free !== undefined) return free
  const hint = 'Does the project need so large a network? badgateway clean removes those of former runs.'
  throw new BadgatewayError('COMPOSE_INVALID', `No network of the size of ${inert(like)} is free`, hint)
}

function subnetsOf(pool: string, length: number): string[] {
  const size = 2 ** (32 - length)
  const count = Math.min(triesEach, Math.floor(2 ** (32 - Number(pool.split('/')[1])) / size))
  return Array.from({ length: count }, (_, at) => `${textOf(networkOf(pool) + at * size)}/${length}`)
}

/** The address that has the same place in another network of the same size: IPv4. */
export function movedAddress(address: string, from: string, to: string): string {
  return textOf(numberOf(addressIn(to)) + (numberOf(address) - networkOf(from)))
}

function networkOf(subnet: string): number {
  const size = 2 ** (32 - Number(subnet.split('/')[1]))
  return Math.floor(numberOf(addressIn(subnet)) / size) * size
}

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const textOf = (value: number) => [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.')
