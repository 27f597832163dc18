import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { ConfigurationMetrics, ProxyMetrics, routesIn } from '../../../../docker/agent/proxy-metrics.ts'

const line = (method: string, path: string, status: number, upstream = '10.0.0.1:80') =>
  JSON.stringify({
    t: 1,
    id: '',
    method,
    path,
    status,
    time: 0.2,
    bytes: 100,
    upstream_addr: upstream,
    upstream_status: String(status),
    upstream_header_time: '0.2',
  })

async function series(register: Registry): Promise<string[]> {
  const text = await register.metrics()
  return text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))
}

describe('the proxy’s logs as metrics', () => {
  it('has every status and reason at 0 before the first request', async () => {
    const register = new Registry()
    new ProxyMetrics(register)
    const all = await series(register)
    expect(all).toContain('nginx_http_requests_total{method="POST",route="/api/",status="502"} 0')
    expect(all).toContain('nginx_http_requests_total{method="GET",route="/",status="200"} 0')
    expect(all).toContain('nginx_upstream_errors_total{reason="connect-refused"} 0')
    expect(all.filter((one) => !one.endsWith(' 0'))).toEqual([])
  })

  it('tells requests apart by the locations that are beginnings of paths, the longest first', async () => {
    const register = new Registry()
    const metrics = new ProxyMetrics(register, undefined, routesIn('["/a/","/a/b/","~ \\\\.php$",7]'))
    for (const path of ['/a/b/1', '/a/1', '/x.php']) metrics.access(line('GET', path, 200))
    const counted = (await series(register)).filter((one) => /^nginx_http_requests_total.* 1$/.test(one))
    expect(counted.map((one) => /route="([^"]*)"/.exec(one)?.[1]).sort()).toEqual(['/', '/a/', '/a/b/'])
  })

  it('counts requests, durations, attempts and reasons', async () => {
    const register = new Registry()
    const metrics = new ProxyMetrics(register)
    for (let n = 0; n < 3; n += 1) metrics.access(line('GET', '/api/products', 502))
    metrics.access('no json')
    metrics.error('2026/11/20 22:41:06 [error] 4#4: *3 no live upstreams while connecting to upstream, client: 1.2.3.4')
    metrics.error('2026/11/20 22:41:06 [notice] 4#4: using the "epoll" event method')
    const all = await series(register)
    expect(all).toContain('nginx_http_requests_total{method="GET",route="/api/",status="502"} 3')
    expect(all).toContain('nginx_http_request_duration_seconds_bucket{le="0.25"} 3')
    expect(all).toContain('nginx_http_request_duration_seconds_bucket{le="0.1"} 0')
    expect(all).toContain('nginx_upstream_responses_total{upstream="10.0.0.1:80",status="502",origin="upstream"} 3')
    expect(all).toContain('nginx_upstream_errors_total{reason="no-live-upstreams"} 1')
    expect(all).toContain('nginx_log_unparsable_lines_total 1')
    expect(all).toContain('nginx_http_response_count_total{method="GET",status="502"} 3')
    expect(all).toContain('nginx_http_response_size_bytes{method="GET",status="502"} 300')
    expect(all).toContain('nginx_http_response_time_seconds_hist_count{method="GET",status="502"} 3')
    expect(all).toContain('nginx_parse_errors_total 1')
  })

  it('keeps the number of series bounded, whatever clients and configurations think of', async () => {
    const register = new Registry()
    const metrics = new ProxyMetrics(register)
    for (let n = 0; n < 100; n += 1) metrics.access(line(`M${n}`, '/', n, `10.0.0.${n}:80`))
    const all = await series(register)
    expect(all).toContain('nginx_http_requests_total{method="other",route="/",status="other"} 100')
    const upstreams = new Set(all.map((one) => /upstream="([^"]+)"/.exec(one)?.[1]).filter(Boolean))
    expect(upstreams.size).toBe(33)
    expect(upstreams).toContain('other')
  })
})

describe('the release that is served', () => {
  const setup = (answers: (string | Error)[]) => {
    const register = new Registry()
    const configuration = new ConfigurationMetrics(register, () => {
      const next = answers.shift() ?? new Error('asked too often')
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    })
    return { register, configuration }
  }

  it('is no change when first seen', async () => {
    const { register, configuration } = setup(['a'])
    await configuration.refresh()
    expect(await series(register)).toEqual([
      'nginx_up 1',
      'nginx_config_info{hash="a"} 1',
      'nginx_config_last_changed_timestamp_seconds 0',
    ])
  })

  it('is kept while the proxy is away, and changes when another one answers', async () => {
    const { register, configuration } = setup(['a', new Error('ECONNREFUSED'), 'b'])
    await configuration.refresh()
    await configuration.refresh()
    expect(await series(register)).toContain('nginx_config_info{hash="a"} 1')
    expect(await series(register)).toContain('nginx_up 0')
    const before = Date.now() / 1_000
    await configuration.refresh()
    const all = await series(register)
    expect(all).toContain('nginx_config_info{hash="b"} 1')
    expect(all.join('\n')).not.toContain('hash="a"')
    const changed = all.find((one) => one.startsWith('nginx_config_last_changed'))
    expect(Number(changed?.split(' ')[1])).toBeGreaterThanOrEqual(before)
  })

  it('is asked once at a time', async () => {
    let asked = 0
    const configuration = new ConfigurationMetrics(new Registry(), () => {
      asked += 1
      return Promise.resolve(String(asked))
    })
    await Promise.all([configuration.refresh(), configuration.refresh()])
    expect(asked).toBe(1)
    await configuration.refresh()
    expect(asked).toBe(2)
  })
})
