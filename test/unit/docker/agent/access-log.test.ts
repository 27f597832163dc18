import { describe, expect, it } from 'vitest'
import { accessEntryOf } from '../../../../docker/agent/access-log.ts'

const entry = (fields: object) =>
  JSON.stringify({
    t: 1795214044.585,
    id: 'r1',
    user: 'u1',
    method: 'GET',
    path: '/api/products',
    status: 200,
    bytes: 170,
    time: 0.074,
    upstream_addr: '172.18.0.5:8080',
    upstream_status: '200',
    upstream_connect_time: '0.000',
    upstream_header_time: '0.074',
    upstream_response_time: '0.074',
    upstream_bytes: '179',
    cache: '',
    release: 'good',
    ...fields,
  })

describe('a line of the access log', () => {
  it('gives the request and its one attempt', () => {
    expect(accessEntryOf(entry({}))).toMatchObject({
      method: 'GET',
      path: '/api/products',
      status: 200,
      bytes: 170,
      time: 0.074,
      attempts: [{ upstream: '172.18.0.5:8080', status: '200', origin: 'upstream', connected: true, seconds: 0.074 }],
    })
  })

  it('tells a 502 that Nginx made from one that an application sent', () => {
    const made = entry({ status: 502, upstream_status: '502', upstream_header_time: '-' })
    const sent = entry({ status: 502, upstream_status: '502', upstream_header_time: '0.002' })
    expect(accessEntryOf(made)?.attempts).toMatchObject([{ status: '502', origin: 'proxy' }])
    expect(accessEntryOf(sent)?.attempts).toMatchObject([{ status: '502', origin: 'upstream' }])
  })

  it('gives every attempt, retries and internal redirects too', () => {
    const line = entry({
      upstream_addr: '172.18.0.5:8080, 172.18.0.6:8080 : api',
      upstream_status: '502, 504 : 502',
      upstream_connect_time: '-, 0.001 : -',
      upstream_header_time: '-, - : -',
      upstream_response_time: '0.000, 4.001 : 0.000',
    })
    expect(accessEntryOf(line)?.attempts).toMatchObject([
      { upstream: '172.18.0.5:8080', status: '502', origin: 'proxy', connected: false },
      { upstream: '172.18.0.6:8080', status: '504', origin: 'proxy', connected: true, seconds: 4.001 },
      { upstream: 'api', status: '502', origin: 'proxy' },
    ])
  })

  it('has no attempts when no upstream was asked', () => {
    expect(
      accessEntryOf(entry({ upstream_addr: '', upstream_status: '', upstream_header_time: '' }))?.attempts,
    ).toEqual([])
  })

  it.each(['', 'GET / 200', '{"t":1', 'null', '[]', '{}', entry({ status: '200' })])('is none: %s', (line) => {
    expect(accessEntryOf(line)).toBeNull()
  })
})
