import type { Service } from '../types.ts'

const script =
  'cat /sys/fs/cgroup/cpu.max 2>/dev/null || { cd /sys/fs/cgroup/cpu && cat cpu.cfs_quota_us cpu.cfs_period_us; }'

/** Cores that a container may use, as its own kernel says, by either version of cgroups; null: all there are. */
export async function cpuLimitOf(service: Pick<Service, 'exec'>): Promise<number | null> {
  const { output } = await service.exec(['sh', '-c', script])
  const [, quota, period] = /^(-?\d+)\s+(\d+)\s*$/.exec(output.trim()) ?? []
  if (quota === undefined || period === undefined || Number(quota) <= 0) return null
  return Number(quota) / Number(period)
}
