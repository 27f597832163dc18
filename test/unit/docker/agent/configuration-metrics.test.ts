import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { DriftMetrics } from '../../../../docker/agent/configuration-metrics.ts'

const calm = { onDisk: 'a', effective: 'a', desired: 'a', deploying: false, unplanned: 0, lastDiff: '' }

async function seriesAfter(...states: Parameters<DriftMetrics['take']>[0][]): Promise<string> {
  const register = new Registry()
  const metrics = new DriftMetrics(register)
  for (const state of states) metrics.take(state)
  return await register.metrics()
}

test('what is deployed, lies there, and serves', async () => {
  const text = await seriesAfter(calm)
  for (const what of ['on-disk', 'effective', 'desired']) {
    expect(text).toContain(`nginx_config_hash_info{what="${what}",hash="a"} 1`)
  }
  expect(text).toContain('nginx_config_drift{what="effective"} 0')
  expect(text).toContain('nginx_config_unplanned_changes_total 0')
  expect(text).toContain('deploy_window_open 0')
  expect(text).not.toContain('change_info{')
})

test('a change is counted once, its lines stay to be read, and old hashes go', async () => {
  const changed = { ...calm, onDisk: 'b', unplanned: 1, lastDiff: '+server web-1:8090;' }
  const text = await seriesAfter(calm, changed, { ...changed, effective: 'b' })
  expect(text).toContain('nginx_config_unplanned_changes_total 1')
  expect(text).toContain('nginx_config_last_unplanned_change_info{diff="+server web-1:8090;"} 1')
  expect(text).toContain('nginx_config_drift{what="effective"} 1')
  expect(text).not.toContain('what="on-disk",hash="a"')
})

test('a deploy is announced', async () => {
  expect(await seriesAfter({ ...calm, deploying: true })).toContain('deploy_window_open 1')
})
