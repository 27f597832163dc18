import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { ResourceMetrics } from '../../../../docker/agent/resource-metrics.ts'

const sample = {
  ...{ service: 'api-1', wallMs: 2_000, memoryBytes: 50, limitBytes: 100, cpuSeconds: 1.5 },
  ...{ usageBytes: 70, startedMs: 1_000, oomKills: 2 },
}

async function seriesAfter(waitMs: number, limitBytes: number | null = 100): Promise<string[]> {
  let now = 1_000
  const register = new Registry()
  const metrics = new ResourceMetrics(register, () => now)
  metrics.take([{ ...sample, cpuSeconds: 1 }])
  metrics.refresh()
  metrics.take([{ ...sample, limitBytes }])
  now += waitMs
  metrics.refresh()
  const text = await register.metrics()
  return text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))
}

it('tells the latest sample under cAdvisor’s names', async () => {
  expect((await seriesAfter(5_000)).sort()).toEqual([
    'container_cpu_usage_seconds_total{name="api-1"} 1.5',
    'container_last_seen{name="api-1"} 2',
    'container_memory_usage_bytes{name="api-1"} 70',
    'container_memory_working_set_bytes{name="api-1"} 50',
    'container_oom_events_total{name="api-1"} 2',
    'container_spec_memory_limit_bytes{name="api-1"} 100',
    'container_start_time_seconds{name="api-1"} 1',
  ])
})

it('writes no limit as 0, as cAdvisor does', async () => {
  expect(await seriesAfter(0, null)).toContain('container_spec_memory_limit_bytes{name="api-1"} 0')
})

it('drops what nobody has measured for more than 5 s', async () => {
  expect(await seriesAfter(5_001)).toEqual([])
})
