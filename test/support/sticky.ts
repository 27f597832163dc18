import { crc32 } from 'node:zlib'

/**
 * Which server Nginx's `hash` gives this key, by place in its upstream block, while no server is left out: the upper
 * half of the key's CRC-32, modulo the sum of the weights (`ngx_http_upstream_get_hash_peer`).
 */
export function serverOf(key: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  let place = ((crc32(key) >>> 16) & 0x7fff) % sum
  return weights.findIndex((weight) => {
    place -= weight
    return place < 0
  })
}

/** How many of the users 0 … count - 1 each server gets. */
export function usersPerServer(count: number, weights: readonly number[]): number[] {
  const servers = Array.from({ length: count }, (_, user) => serverOf(String(user), weights))
  return weights.map((_, index) => servers.filter((server) => server === index).length)
}
