import { describe, expect, test } from 'vitest'
import { type Edit, edit, filesOf, readConfiguration } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const text = `http {
  proxy_set_header Host $host; proxy_set_header X-Id $request_id; proxy_read_timeout 9s;
  upstream api { server 10.0.0.1:80; }
  server { listen 80; server_name shop.test;
    location / { return 404; }
    location /api/ {
      proxy_pass http://api; # orders, too
      location ~ \\.php$ { fastcgi_pass php:9000; }
    }
    location /other { set $to http://api; proxy_pass $to; }
  }
  server { listen 81; proxy_read_timeout 3s; location / { proxy_pass http://api; } }
}`

const open = (): Edit => edit(readConfiguration({ main, files: filesOf(new Map([[main, text]])) }))
const result = (one: Edit) => one.files()[0]?.after

describe('a place that is found by meaning', () => {
  test('the location that serves a path', () => {
    const one = open()
    expect(one.location('/api/orders', { host: 'shop.test' })?.directive.args).toEqual(['/api/'])
    expect(one.location('/api/x.php')?.directive.args).toEqual(['~', '\\.php$'])
    expect(one.location('/x', { port: 82 })).toBeUndefined()
    expect(one.site({ port: 81 })?.directive.line).toBe(12)
    expect(one.site({ port: 82 })).toBeUndefined()
  })

  test('what is in force there, and where it is set', () => {
    const one = open()
    const at = (port: number) => one.location('/', { port })?.effective('proxy_read_timeout').directives
    expect([at(80), at(81)].map((all) => all?.map(({ line, args }) => [line, ...args]))).toEqual([
      [[2, '9s']],
      [[12, '3s']],
    ])
    // A block in it does not pass on.
    expect(one.location('/api/x.php')?.effective('proxy_pass').directives).toEqual([])
  })

  test('a value is changed where the block has it, and else added', () => {
    const one = open()
    one.site({ port: 81 })?.set('proxy_read_timeout', '1s')
    one.location('/api/')?.set('proxy_read_timeout', '2s')
    expect(result(one)).toBe(
      text
        .replace('timeout 3s', 'timeout 1s')
        .replace('location /api/ {', 'location /api/ {\n      proxy_read_timeout 2s;'),
    )
  })

  test('what it inherited stays in force beside a new header', () => {
    const one = open()
    one.location('/api/')?.set('proxy_set_header', 'host', 'own.test')
    const added = 'proxy_set_header X-Id $request_id;\n      proxy_set_header host own.test;'
    expect(result(one)).toBe(text.replace('location /api/ {', `location /api/ {\n      ${added}`))
  })

  test('it goes', () => {
    const one = open()
    one.site({ port: 81 })?.remove('proxy_read_timeout')
    expect(result(one)).toBe(text.replace('proxy_read_timeout 3s;', ''))
  })

  test('every pass that leads to a group, by a variable too', () => {
    const one = open()
    expect(one.passes('api').map(({ directive }) => directive.line)).toEqual([7, 10, 12])
    for (const pass of one.passes('api')) pass.scheme('https')
    expect(result(one)).toBe(
      text.replaceAll('proxy_pass http:', 'proxy_pass https:').replace('set $to http:', 'set $to https:'),
    )
    const other = open()
    for (const pass of other.passes('php')) pass.at({ host: 'other', port: 9_001 })
    expect(result(other)).toBe(text.replace('php:9000', 'other:9001'))
    expect(other.passes('nobody')).toEqual([])
  })
})
