import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { redirectsAway } from '../../../src/project/redirects.ts'

async function siteWith(locations: Record<string, (port: number) => string>) {
  const server = createServer(({ url = '' }, answer) => {
    const to = locations[url]?.(port)
    answer.writeHead(to === undefined ? 200 : 301, to === undefined ? {} : { location: to }).end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { scheme: 'http', port } as const
}

const mix = (...paths: string[]) => ({ mix: paths.map((path) => ({ weight: 1, method: 'GET' as const, path })) })

test('a redirect to a port that was moved is told, and those within the site are not', async () => {
  const entry = await siteWith({
    '/old': () => 'https://shop.test:8443/new',
    '/inside': () => 'http://127.0.0.1/x',
    '/relative': () => '/x',
    '/own': (port) => `http://127.0.0.1:${port}/x`,
    '/odd': () => 'http://[',
  })
  const after = 'where our copy is not: the redirect is counted as the answer, and nobody follows it'
  expect(await redirectsAway(mix('/', '/old', '/inside', '/relative', '/own', '/odd'), entry)).toEqual([
    `GET /old sends users to https://shop.test:8443/new, ${after}`,
    `GET /inside sends users to http://127.0.0.1/x, ${after}`,
  ])
})

test('what is not asked for with GET, and a site that does not answer, tell nothing', async () => {
  const entry = await siteWith({ '/old': () => 'https://shop.test/' })
  const post = { mix: [{ weight: 1, method: 'POST' as const, path: '/old' }] }
  expect(await redirectsAway(post, entry)).toEqual([])
  expect(await redirectsAway(mix('/old'), { scheme: 'http', port: 1 })).toEqual([])
})
