import { BadgatewayError } from '../../kit/errors.ts'
import type { Cgroup, MemoryReading, Service } from '../types.ts'

const readWithinMs = 5_000
const root = '/proc/1/root/sys/fs/cgroup'
// Version 2 of control groups, then version 1.
const files = {
  memory: ['memory.current', 'memory.events', 'memory/memory.usage_in_bytes', 'memory/memory.oom_control'],
  cpu: ['cpu.stat', 'cpuacct/cpuacct.usage'],
  throttled: ['cpu.stat', 'cpu/cpu.stat'],
  limit: ['cpu.max', 'cpu/cpu.cfs_quota_us', 'cpu/cpu.cfs_period_us'],
} as const

/** Read from beside it, by either version of cgroups. */
export function cgroupOf(name: string, inside: Pick<Service, 'exec'>): Cgroup {
  const read = async (which: keyof typeof files) => {
    const paths = files[which].map((file) => `${root}/${file}`)
    // Names each line's file, and passes over those that are not there. All at once: each call takes its time.
    return (await inside.exec(['grep', '-s', '-H', '', ...paths], { timeoutMs: readWithinMs })).output
  }
  return {
    memory: async () => memoryIn(await read('memory')),
    cpuMs: async () => {
      const output = await read('cpu')
      const ms = cpuMsIn(output)
      if (ms !== undefined) return ms
      throw new BadgatewayError('ENGINE_CALL_FAILED', `${name} tells no CPU time: ${output}`, 'Does it run?')
    },
    cpuLimit: async () => cpuLimitIn(await read('limit')),
    throttledMs: async () => throttledMsIn(await read('throttled')),
  }
}

const figure = (output: string, pattern: RegExp) => {
  const found = pattern.exec(output)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** From lines such as `…/memory.events:oom_kill 1`. */
export function memoryIn(output: string): MemoryReading {
  return {
    usedBytes: figure(output, /memory\.(?:usage_in_bytes|current):(\d+)$/m) ?? null,
    oomKills: figure(output, /memory\.(?:oom_control|events):oom_kill (\d+)$/m) ?? null,
  }
}

/** Microseconds in version 2, nanoseconds in version 1. */
export function cpuMsIn(output: string): number | undefined {
  const us = figure(output, /cpu\.stat:usage_usec (\d+)$/m)
  if (us !== undefined) return us / 1e3
  const ns = figure(output, /cpuacct\.usage:(\d+)$/m)
  return ns === undefined ? undefined : ns / 1e6
}

/** Microseconds in version 2, nanoseconds in version 1. */
export function throttledMsIn(output: string): number | null {
  const us = figure(output, /cpu\.stat:throttled_usec (\d+)$/m)
  const ns = figure(output, /cpu\.stat:throttled_time (\d+)$/m)
  if (us !== undefined) return us / 1e3
  return ns === undefined ? null : ns / 1e6
}

/** `max 100000` and `-1` are no limit. */
export function cpuLimitIn(output: string): number | null {
  const [, quota, period] = /cpu\.max:(\d+) (\d+)$/m.exec(output) ?? []
  const us = {
    quota: Number(quota ?? figure(output, /cfs_quota_us:(-?\d+)$/m) ?? -1),
    period: Number(period ?? figure(output, /cfs_period_us:(\d+)$/m) ?? 0),
  }
  return us.quota > 0 && us.period > 0 ? us.quota / us.period : null
}
