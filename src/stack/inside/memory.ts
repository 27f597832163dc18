import type { Service } from '../types.ts'

/** What a container's memory controller says of it. Bytes; null: it does not say. */
export interface MemoryReading {
  usedBytes: number | null
  /** Programs in it that the kernel has killed for want of memory since it started. */
  oomKills: number | null
}

// Version 1 of control groups, then version 2.
const files = [
  '/sys/fs/cgroup/memory/memory.usage_in_bytes',
  '/sys/fs/cgroup/memory/memory.oom_control',
  '/sys/fs/cgroup/memory.current',
  '/sys/fs/cgroup/memory.events',
] as const

/** Read from inside, so the container must run: one that has ended has no memory controller any more. */
export async function readMemory(service: Service): Promise<MemoryReading> {
  // Names each line's file, and passes over those that are not there.
  const { output } = await service.exec(['grep', '-s', '-H', '', ...files], { timeoutMs: 5_000 })
  return memoryReading(output)
}

/** From lines such as `/sys/fs/cgroup/memory.events:oom_kill 1`. */
export function memoryReading(output: string): MemoryReading {
  const numberOf = (pattern: RegExp) => {
    const found = pattern.exec(output)?.[1]
    return found === undefined ? null : Number(found)
  }
  return {
    usedBytes: numberOf(/memory\.(?:usage_in_bytes|current):(\d+)$/m),
    oomKills: numberOf(/memory\.(?:oom_control|events):oom_kill (\d+)$/m),
  }
}
