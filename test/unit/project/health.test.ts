import { expect, it } from 'vitest'
import { healthAsked } from '../../../src/project/survey/health.ts'

const shell = (text: string) => ['CMD-SHELL', text]

it.each<[readonly string[], number, string | undefined]>([
  [['CMD', 'curl', '-f', 'http://localhost:3000/health'], 3000, '/health'],
  [['CMD', 'curl', '-f', 'http://localhost:3000/health'], 8080, undefined],
  [['CMD', 'curl', '-f', 'http://localhost/up'], 80, '/up'],
  [['CMD', 'curl', '-fk', 'https://127.0.0.1:8443/'], 8443, '/'],
  [shell('curl -f http://localhost:3000/healthz || exit 1'), 3000, '/healthz'],
  [shell('wget --no-verbose --tries=1 --spider http://127.0.0.1:8080/ping || exit 1'), 8080, '/ping'],
  [shell('wget -qO- localhost:9000/live'), 9000, '/live'],
  [shell('curl localhost/status'), 80, '/status'],
  [shell('curl -f "http://$HOSTNAME:$PORT/ready"'), 5000, '/ready'],
  [shell('curl -f http://localhost:$'.concat('{PORT:-4000}/ready')), 4000, '/ready'],
  [shell('curl -f http://localhost:$'.concat('{PORT:-4000}/ready')), 4001, undefined],
  [
    shell("node -e \"require('http').get({host:'localhost',port:3000,path:'/h'},r=>process.exit(r.statusCode!=200))\""),
    3000,
    '/h',
  ],
  [
    ['CMD', 'node', '-e', "fetch('http://127.0.0.1:3000/health').then(r => process.exit(r.ok ? 0 : 1))"],
    3000,
    '/health',
  ],
  [
    shell('python -c "import urllib.request; urllib.request.urlopen(\'http://localhost:8000/health/\')"'),
    8000,
    '/health/',
  ],
  [shell('curl -f http://u:secret@localhost:3000/a?b=c#d'), 3000, '/a?b=c'],
  [shell('curl -f http://localhost:3000/$(cat /etc/passwd)'), 3000, undefined],
  [shell('nc -z localhost 3000'), 3000, undefined],
  [shell('pg_isready -U postgres'), 5432, undefined],
  [shell('cgi-fcgi -bind -connect 127.0.0.1:9000'), 9000, undefined],
  [['CMD', 'redis-cli', 'ping'], 6379, undefined],
  [['NONE'], 80, undefined],
  [[], 80, undefined],
])('%j at %i asks for %s', (test, port, path) => {
  expect(healthAsked(test, port)?.path).toBe(path)
})
