import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../src/modes/index.ts'
import { type Described, descriptionOf, namedContainers, parseProject, trafficOf } from '../../../src/project/index.ts'

const container = (service: string, number = 1, ports: number[] = []) => ({
  service,
  number,
  id: `${service}${number}`,
  image: `${service}:1`,
  ports,
})

const described = (upstreams: unknown, more: object = {}): Described => ({
  project: parseProject({ proxy: { service: 'edge', port: 8080 }, upstreams, ...more }, 'x'),
  containers: [
    container('edge'),
    container('api', 1),
    container('api', 2),
    container('web'),
    container('db', 1, [18_081]),
    container('migrate'),
  ],
  where: 'badgateway.yaml',
})

describe('a description', () => {
  it('names servers, what they need, and the rest', () => {
    const given = described(
      {
        api: { servers: ['api'], port: 3000, health: '/up', page: '/api', location: '/api' },
        pages: { servers: ['web:81'], port: 80 },
      },
      { dependencies: { store: { service: 'db', kind: 'postgres', port: 5432 } } },
    )
    const { services, proxy, upstreams, can } = descriptionOf(given)
    expect(services.map(({ name, role, port, awaited }) => [name, role, port, awaited])).toEqual([
      ['edge', 'proxy', 8080, undefined],
      ['api-1', 'api', 3000, undefined],
      ['api-2', 'api', 3000, undefined],
      ['web', 'pages', 81, undefined],
      ['db', 'dependency', 5432, undefined],
      ['migrate', 'other', undefined, false],
      ['agent', 'agent', undefined, undefined],
    ])
    const config = '/etc/nginx/nginx.conf'
    expect(proxy).toEqual({ service: 'edge', port: 8080, scheme: 'http', config, folders: ['/etc/nginx'] })
    expect(upstreams['api']).toEqual({
      servers: ['api-1', 'api-2'],
      port: 3000,
      protocol: 'http',
      health: '/up',
      page: '/api',
      location: '/api',
    })
    expect(can.instrumented?.port).toBe(18_082)
    expect(namedContainers(given)).toContainEqual({ name: 'api-2', id: 'api2' })
  })

  it('says how the site is asked, and of which group nobody has said what its health is', () => {
    const given = described(
      { api: { servers: ['api'], port: 1, host: 'api.test' }, web: { servers: ['web'], port: 1, health: '/' } },
      { proxy: { service: 'edge', scheme: 'https', host: 'shop.test' } },
    )
    const { proxy, upstreams, monitoring } = descriptionOf(given)
    expect(proxy).toMatchObject({ scheme: 'https', host: 'shop.test' })
    expect(upstreams).toMatchObject({ api: { host: 'api.test', isHealthGuessed: true } })
    expect(upstreams['web']).not.toHaveProperty('isHealthGuessed')
    expect(monitoring).toBeUndefined()
  })

  it('is watched over where there are rules', () => {
    const given = described({ api: { servers: ['api'], port: 1 } }, { monitoring: { rules: ['*.yml'] } })
    const { services, monitoring } = descriptionOf(given)
    const of = services.find(({ name }) => name === monitoring?.service)
    expect(of).toMatchObject({ role: 'monitoring', image: 'monitoring' })
    expect(monitoring?.metrics.requests).toBe('nginx_http_requests_total')
  })

  it('takes one container of a scaled service', () => {
    expect(descriptionOf(described({ api: { servers: ['api-2'], port: 1 } })).upstreams['api']?.servers).toEqual([
      'api-2',
    ])
  })

  it('tells containers of a scaled service apart before they have an id', () => {
    const given = described({ api: { servers: ['api'], port: 1 } })
    const unborn = given.containers.map((one) => ({ ...one, id: '' }))
    expect(descriptionOf({ ...given, containers: unborn }).upstreams['api']?.servers).toEqual(['api-1', 'api-2'])
  })

  it('tells servers behind a Unix socket as what can be stopped alone', () => {
    const found = descriptionOf(
      described({ api: { servers: ['api'], port: 1 }, php: { servers: ['web'], socket: '/run/x' } }),
    )
    expect(Object.keys(found.upstreams)).toEqual(['api'])
    expect(found.services.find(({ name }) => name === 'web')?.role).toBe('dependency')
  })

  it('has no group where all are behind sockets, and what can be done to their containers applies', () => {
    const found = descriptionOf(described({ php: { servers: ['web'], socket: '/run/x' } }))
    expect(found.upstreams).toEqual({})
    const { cells } = cellsOf(found, { only: ['web'], skip: [] })
    expect(cells.map(({ name }) => name)).toEqual(expect.arrayContaining(['stop/web', 'kill/web', 'pause/web']))
    expect(cells.filter(({ mode }) => mode.tags.includes('network'))).toEqual([])
  })

  it.each([
    [
      'a service that is not there',
      { api: { servers: ['apj'], port: 1 } },
      {},
      /upstreams\.api\.servers\.0: there is no service 'apj'\. Did you mean 'api'\?/,
    ],
    ['a container too many', { api: { servers: ['api-3'], port: 1 } }, {}, /servers\.0: there is no service 'api-3'/],
    [
      'a proxy that is not there',
      { api: { servers: ['api'], port: 1 } },
      { proxy: { service: 'edgy' } },
      /proxy\.service: there is no service 'edgy'/,
    ],
    [
      'all of them',
      { api: { servers: ['x'], port: 1 }, b: { servers: ['y'], port: 1 } },
      {},
      /service 'x'[\s\S]*service 'y'/,
    ],
  ])('refuses %s', (_name, upstreams, more, message) => {
    expect(() => descriptionOf(described(upstreams, more))).toThrow(message)
    expect(() => descriptionOf(described(upstreams, more))).toThrow(/^badgateway\.yaml: /)
  })
})

describe('traffic', () => {
  it('asks for each page, with the host that it is for', () => {
    const { project } = described(
      { api: { servers: ['api'], port: 1, page: '/a' }, web: { servers: ['web'], port: 1, host: 'b.test' } },
      { proxy: { service: 'edge', host: 'a.test' } },
    )
    expect(trafficOf(project).mix).toEqual([
      { weight: 1, method: 'GET', path: '/a', headers: { host: 'a.test' } },
      { weight: 1, method: 'GET', path: '/', headers: { host: 'b.test' } },
    ])
  })

  it('leaves a host that a request has', () => {
    const { project } = described(
      { api: { servers: ['api'], port: 1 } },
      {
        proxy: { service: 'edge', host: 'a.test' },
        traffic: { mix: [{ path: '/', headers: { Host: 'c.test' } }, { path: '/x' }] },
      },
    )
    expect(trafficOf(project).mix.map(({ headers }) => headers)).toEqual([{ Host: 'c.test' }, { host: 'a.test' }])
  })
})
