import { expect, it } from 'vitest'
import { dataOf } from '../../../src/kit/data/data-file.ts'
import { type ProjectInput, parseProject, projectYaml, type Survey } from '../../../src/project/index.ts'
import { nginx, site, surveyed } from '../../support/strangers.ts'

const written = (survey: Survey) => {
  if (!survey.project) throw new Error(survey.questions.join())
  return projectYaml({ ...survey, project: survey.project }, { version: '1.2.3' })
}

const shop = surveyed({
  services: {
    edge: nginx,
    'api-1': { env: { DB: 'postgres://u:p@db/x' } },
    'api-2': {},
    db: { image: 'postgres:16', mainProcess: ['postgres'], ports: [5432] },
    cache: { image: 'redis:7', mainProcess: ['redis-server'], ports: [6379] },
  },
  nginx: {
    edge: site(
      'location /api/ { proxy_pass http://api; } location /pay { proxy_pass https://pay.test; }',
      'upstream api { server api-1:3000; server api-2:3000; }',
      'listen 80; server_name shop.test;',
    ),
  },
})

it('is what init writes', () => {
  expect(written(shop)).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=https://unpkg.com/badgateway@1.2.3/dist/badgateway.schema.json
    # Written by badgateway init. What is marked as guessed may be otherwise: look at it. Then: npx badgateway check
    #
    # never touched: pay.test:443: proxy_pass https://pay.test in /etc/nginx/nginx.conf:6: no container is called so

    # How it is started: beside yours, under a name of its own; your containers and volumes are not touched.
    stack:
      compose: [ compose.yaml ]

    # The Nginx that users meet.
    proxy:
      service: edge
      config: /etc/nginx/nginx.conf
      port: 80
      scheme: http
      host: shop.test

    # Servers that stand in for each other: each is broken by itself, and all of them together.
    upstreams:
      api:
        servers: [ api-1, api-2 ]
        port: 3000
        protocol: http
        health: / # guessed: no health check asks for a path at this port
        page: /api/ # guessed: location /api/ leads to it
        location: /api/

    # What the servers need: each is broken, too.
    dependencies:
      db:
        service: db
        kind: postgres
        port: 5432
        of: [ api ]
      cache:
        service: cache
        kind: redis
        port: 6379
        of: [ api ] # guessed: they share a network; no variable names it

    # Who asks, and for what.
    traffic:
      users: 20
      ratePerS: 20 # guessed: nothing tells how many users there are: see init --from-access-log
      mix:
        - { path: /api/ }

    # expect:                        # budgets: what is over one is a failure; without them nothing is red
    #   default: { failedAtMost: 5%, recoveredWithin: 15s, alertWithin: 30s }
    #   modes:
    #     refuse: { failedAtMost: 0% }
    # timeouts: { atMost: 5s }       # shortens the proxy's longer timeouts on our copy: each takes a minute of waiting
    "
  `)
})

it('reads back as what was understood', () => {
  expect(parseProject(dataOf(written(shop)), 'x')).toEqual(parseProject(shop.project, 'x'))
})

it('lets nothing that was found be more than a comment', () => {
  const because = 'a\n}: [x\r\nproxy: { service: evil } \u001b[2J # ::error::'
  const project: ProjectInput = { proxy: { service: 'edge' }, upstreams: { api: { servers: ['api'], port: 1 } } }
  const text = written({
    project,
    understood: [
      { path: ['proxy', 'service'], guessed: true, because },
      { path: ['upstreams', 'api', 'servers'], guessed: true, because },
      { path: ['proxy', 'host'], guessed: true, because },
    ],
    questions: [],
    notes: [because],
    outside: [{ address: because, because }],
    pages: {},
  })
  expect(parseProject(dataOf(text), 'x').proxy.service).toBe('edge')
  expect(text).not.toContain('\u001b')
  expect(text).not.toMatch(/^proxy: \{/m)
})
