import type { Service, ServiceState } from '../stack/index.ts'

export type Vitals = Pick<ServiceState, 'running' | 'startedAt' | 'oomKilled' | 'memoryLimit'>

/** Where the kernel tells a container's own memory: cgroup v2, or v1. */
const places = ['/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory/memory.usage_in_bytes']
const readWithinMs = 3_000

export async function vitalsOf(service: Service): Promise<Vitals> {
  const { running, startedAt, oomKilled, memoryLimit } = await service.state()
  return { running, startedAt, oomKilled, memoryLimit }
}

/** Bytes that the kernel counts against the container's limit; null when it cannot be asked, as when it has ended. */
export async function memoryOf(service: Service): Promise<number | null> {
  for (const place of places) {
    const read = await service.exec(['cat', place], { timeoutMs: readWithinMs }).catch(() => undefined)
    const bytes = read?.code === 0 ? Number(read.output.trim()) : Number.NaN
    if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  }
  return null
}
