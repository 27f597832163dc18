import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { upstreamServers } from '../../../../src/deploy/release.ts'
import { fitServers } from '../../../../src/shop/fit-servers.ts'
import { serverOf, usersPerServer } from '../../../support/sticky.ts'

const overlay = new URL('../../../../docker/proxy/overlays/sticky/conf.d/upstreams.conf', import.meta.url)
const text = await readFile(overlay, 'utf8')

test('it knows as many servers as there are, and hides no failure', () => {
  const hosts = upstreamServers({
    files: [{ path: '/a', content: Buffer.from(fitServers(text, { web: 7, api: 3 })) }],
  }).map(({ host }) => host)
  expect(hosts).toHaveLength(10)
  expect(text).toContain('proxy_next_upstream off;')
  expect(text.match(/^ {2}server .+;$/gm)?.every((line) => line.endsWith(' max_fails=0;'))).toBe(true)
})

// Seen on a real stack: these users were sent to these servers.
test('a user is on the server that Nginx gives it', () => {
  expect(Array.from({ length: 10 }, (_, user) => serverOf(String(user), [1, 1]))).toEqual([
    1, 0, 1, 0, 0, 1, 0, 1, 0, 1,
  ])
  expect(Array.from({ length: 10 }, (_, user) => serverOf(String(user), [17, 3]))).toEqual(Array(10).fill(0))
})

test.each([
  [40, [17, 3], [34, 6]],
  [50, [1, 1], [25, 25]],
  [50, [1, 1, 1, 1], [13, 12, 12, 13]],
  [50, [1, 1, 1, 1, 1, 1, 1], [6, 8, 9, 4, 7, 11, 5]],
])('of %i users, servers of weights %o have %o', (count, weights, users) => {
  expect(usersPerServer(count, weights)).toEqual(users)
})
