import { describe, expect, it } from 'vitest'
import { http, nginx, type Stranger, site, surveyed } from '../../support/strangers.ts'

const app = { edge: site('location / { proxy_pass http://app:1; }') }

const rows: (Stranger & { name: string; asks: RegExp })[] = [
  {
    name: 'no Nginx at all',
    services: { caddy: { image: 'caddy:2', mainProcess: ['caddy', 'run'] }, app: {} },
    nginx: {},
    asks: /^No Nginx was found.*caddy, app.*--proxy SERVICE/,
  },
  {
    name: 'an exporter and a generator for Nginx are none',
    services: {
      exporter: { image: 'nginx/nginx-prometheus-exporter:1.3', mainProcess: ['/usr/bin/nginx-prometheus-exporter'] },
      gen: { image: 'nginxproxy/docker-gen', mainProcess: ['/app/docker-gen'] },
    },
    nginx: {},
    asks: /^No Nginx was found/,
  },
  {
    name: 'two that both pass requests on',
    services: { edge: nginx, other: nginx, app: {} },
    nginx: { ...app, other: site('location / { proxy_pass http://app:1; }') },
    asks: /^Several services run an Nginx: edge, other\. .*--proxy SERVICE/,
  },
  {
    name: 'a service that is said to be the proxy and is none',
    services: { edge: nginx, app: {} },
    nginx: app,
    more: { proxy: 'app' },
    asks: /^No Nginx runs in the service 'app' \(Nginx runs in: edge\)/,
  },
  {
    name: 'an Nginx that only has files',
    services: { edge: nginx },
    nginx: { edge: site('root /srv;') },
    asks: /^edge passes no request on to a container of the project/,
  },
  {
    name: 'an Nginx for TCP alone',
    services: { edge: nginx, db: { image: 'postgres:16' } },
    nginx: { edge: 'events {}\nstream { server { listen 5432; proxy_pass db:5432; } }' },
    asks: /has no site that speaks HTTP/,
  },
  {
    name: 'a configuration that cannot be read',
    services: { edge: nginx, app: {} },
    nginx: {},
    asks: /^The configuration of edge cannot be read/,
  },
  {
    name: 'all upstreams outside',
    services: { edge: nginx },
    nginx: { edge: site('location / { proxy_pass https://example.com; }') },
    asks: /passes no request on to a container/,
  },
  {
    name: 'a group whose name has another meaning',
    services: { edge: nginx, app: {} },
    nginx: { edge: site('location / { proxy_pass http://database; }', 'upstream database { server app:1; }') },
    asks: /^The upstream 'database' has a name with another meaning/,
  },
]

describe('one clear question for', () => {
  it.each(rows)('$name', ({ asks, ...stranger }) => {
    const { project, questions } = surveyed(stranger)
    expect(project).toBeUndefined()
    expect(questions).toHaveLength(1)
    expect(questions[0]).toMatch(asks)
  })

  it('is answered by the name of the service', () => {
    const two: Stranger = {
      services: { edge: nginx, other: nginx, app: {} },
      nginx: { ...app, other: site('location / { proxy_pass http://app:2; }') },
      more: { proxy: 'other' },
    }
    expect(surveyed(two).project?.upstreams).toMatchObject({ app: { port: 2 } })
  })
})

describe('what is worth knowing', () => {
  const notes = (conf: string) => surveyed({ services: { edge: nginx, app: {} }, nginx: { edge: conf } }).notes

  it('a password, a certificate, a limit', () => {
    const conf = site(
      'auth_basic x; ssl_verify_client on; location / { limit_req zone=z; proxy_pass http://app:1; }',
      '',
      'listen 443 ssl;',
    )
    expect(notes(conf).join('\n')).toMatch(/auth_basic[\s\S]*ssl_verify_client[\s\S]*limit_req/)
  })

  it('a target that only a request tells', () => {
    expect(notes(site('location / { proxy_pass http://app:1; } location /any { proxy_pass $arg_to; }')).join()).toMatch(
      /proxy_pass \$arg_to .*does not follow/,
    )
  })

  it('a group at another port', () => {
    const conf = http(
      'server { listen 80; location / { proxy_pass http://app:1; } }\n' +
        'server { listen 81; location / { proxy_pass http://b:1; } }',
    )
    const survey = surveyed({ services: { edge: nginx, app: {}, b: {} }, nginx: { edge: conf } })
    expect(Object.keys(survey.project?.upstreams ?? {})).toEqual(['app'])
    expect(survey.notes.join()).toMatch(/b is left out: no user reaches it at port 80/)
  })

  it('a file that Nginx refuses', () => {
    expect(notes(`${site('location / { proxy_pass http://app:1; }')}\n}`).join()).toMatch(
      /nginx\.conf:\d+: there is one '}'/,
    )
  })
})
