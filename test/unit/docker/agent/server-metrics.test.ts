import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { ProxyMetrics } from '../../../../docker/agent/proxy-metrics.ts'
import { ServerMetrics } from '../../../../docker/agent/server-metrics.ts'

const addresses: Record<string, string> = { 'web-1': '10.0.0.1' }

function metricsOf(servers = ['web-1', 'web-2']) {
  const register = new Registry()
  const own = new ServerMetrics(register, servers, (name) => {
    const address = addresses[name]
    return address === undefined ? Promise.reject(new Error('not known')) : Promise.resolve(address)
  })
  const text = async () => (await register.metrics()).split('\n').filter((one) => one.startsWith('nginx_server'))
  return { metrics: new ProxyMetrics(register, own), own, text }
}

const failure = (
  address: string,
  message = 'connect() failed (111: Connection refused) while connecting to upstream',
) =>
  `2026/11/20 22:41:06 [error] 4#4: *3 ${message}, client: 1.2.3.4, upstream: "http://${address}:8080/", host: "shop"`

const answered = (address: string, connect: string, response: string) =>
  JSON.stringify({
    t: 1,
    id: '',
    method: 'GET',
    path: '/',
    status: 200,
    time: 1,
    upstream_addr: `${address}:8080`,
    upstream_status: '200',
    upstream_connect_time: connect,
    upstream_header_time: response,
    upstream_response_time: response,
  })

describe('what the proxy meets at each server', () => {
  it('is there at 0 for every server before the first request', async () => {
    const { text } = metricsOf()
    const lines = await text()
    for (const server of ['web-1', 'web-2']) {
      expect(lines).toContain(`nginx_server_connect_failures_total{server="${server}",reason="connect-refused"} 0`)
      expect(lines).toContain(`nginx_server_response_seconds_count{server="${server}"} 0`)
    }
  })

  it('is counted under its name once that is known, and under its address as long as it is not', async () => {
    const { metrics, own, text } = metricsOf()
    await own.refresh()
    metrics.error(failure('10.0.0.1'))
    metrics.error(failure('10.0.0.9', 'upstream timed out (110: Connection timed out) while connecting to upstream'))
    metrics.error(failure('10.0.0.1', 'upstream prematurely closed connection while reading response header'))
    const lines = (await text()).filter((line) => line.includes('failures_total') && !line.endsWith(' 0'))
    expect(lines).toEqual([
      'nginx_server_connect_failures_total{server="web-1",reason="connect-refused"} 1',
      'nginx_server_connect_failures_total{server="10.0.0.9",reason="connect-timeout"} 1',
    ])
  })

  it('a socket is a server, by its whole path, in both logs', async () => {
    const { metrics, text } = metricsOf([])
    const message =
      'connect() to unix:/run/a.sock failed (11: Resource temporarily unavailable) while connecting to upstream'
    const asked = 'client: 1.2.3.4, server: _, request: "GET / HTTP/1.1"'
    for (const socket of ['fastcgi://unix:/run/a.sock:', 'uwsgi://unix:///run/b.sock:']) {
      metrics.error(`2026/11/20 22:41:06 [error] 4#4: *3 ${message}, ${asked}, upstream: "${socket}", host: "shop"`)
    }
    metrics.access(answered('x', '0.001', '0.2').replace('x:8080', 'unix:///run/b.sock'))
    const lines = (await text()).filter((line) => /failures_total|seconds_count/.test(line))
    expect(lines).toEqual([
      'nginx_server_connect_failures_total{server="unix:/run/a.sock",reason="connect-failed"} 1',
      'nginx_server_connect_failures_total{server="unix:/run/b.sock",reason="connect-failed"} 1',
      'nginx_server_response_seconds_count{server="unix:/run/b.sock"} 1',
    ])
  })

  it('takes time only when it was connected to', async () => {
    const { metrics, own, text } = metricsOf()
    await own.refresh()
    metrics.access(answered('10.0.0.1', '0.000', '0.700'))
    metrics.access(answered('10.0.0.1', '-', '1.001'))
    const lines = await text()
    expect(lines).toContain('nginx_server_response_seconds_count{server="web-1"} 1')
    expect(lines).toContain('nginx_server_response_seconds_bucket{le="1",server="web-1"} 1')
    expect(lines).toContain('nginx_server_response_seconds_bucket{le="0.5",server="web-1"} 0')
  })

  it('stays bounded, whatever a configuration names', async () => {
    const { metrics, text } = metricsOf([])
    for (let n = 0; n < 100; n += 1) metrics.error(failure(`10.0.0.${n}`))
    const servers = new Set((await text()).map((line) => /server="([^"]+)"/.exec(line)?.[1]).filter(Boolean))
    expect(servers.size).toBe(33)
    expect(servers).toContain('other')
  })
})
