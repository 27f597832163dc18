import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { answeredOf, type ProjectInput, withAskedPages } from '../../../src/project/index.ts'

const project: ProjectInput = {
  proxy: { service: 'edge', host: 'a.test' },
  upstreams: {
    api: { servers: ['api'], port: 1, page: '/health' },
    web: { servers: ['web'], port: 1, page: '/', host: 'b.test' },
    gone: { servers: ['gone'], port: 1, page: '/gone' },
  },
}

const survey = {
  project,
  understood: [{ path: ['upstreams', 'api', 'page'], guessed: true, because: 'x' }],
  questions: [],
  outside: [],
  notes: [],
  pages: { api: ['/api/', '/api/items', '/health'], web: ['/'], gone: ['/gone'] },
}

it('takes the first page that answers well, as each host has it', async () => {
  const asked: string[] = []
  const answers = new Map<string, number | string>([
    ['/api/', 404],
    ['/api/items', 200],
    ['/health', 200],
    ['/', 302],
    ['/gone', 'ECONNRESET'],
  ])
  const found = await withAskedPages(survey, { scheme: 'http', port: 1, host: 'a.test' }, (entry, path) => {
    asked.push(`${entry.host}${path}`)
    return Promise.resolve(answers.get(path) ?? 0)
  })
  const pages = Object.entries(found.project.upstreams).map(([name, { page }]) => [name, page])
  expect(pages).toEqual([
    ['api', '/api/items'],
    ['web', '/'],
    ['gone', '/gone'],
  ])
  expect(asked).toEqual(['a.test/api/', 'a.test/api/items', 'a.test/health', 'b.test/', 'a.test/gone'])
  expect(found.notes).toEqual(['gone: /gone answered ECONNRESET: say a page that answers well'])
  expect(found.understood).toContainEqual(
    expect.objectContaining({ path: ['upstreams', 'api', 'page'], guessed: true }),
  )
  expect(found.project.traffic?.mix).toEqual([
    { path: '/api/items' },
    { path: '/', headers: { host: 'b.test' } },
    { path: '/gone' },
  ])
})

it('asks the site for real', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.headers.host === 'a.test' && request.url === '/a?b=1' ? 204 : 500
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const entry = { scheme: 'http' as const, port, host: 'a.test' }
  const found = await answeredOf([{ path: '/a?b=1' }, { path: '/b' }], entry)
  expect(found).toEqual({ mix: [{ path: '/a?b=1' }], left: ['GET /b answered 500'] })
  await new Promise((resolve) => server.close(resolve))
  const closed = await answeredOf([{ path: '/' }], entry)
  expect(closed.left[0]).toMatch(/ECONNREFUSED/)
})
