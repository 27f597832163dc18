import type { Service, ServiceState, Stack } from '../stack/index.ts'

export type Vitals = Pick<ServiceState, 'running' | 'startedAt' | 'oomKilled' | 'memoryLimit'>

export async function vitalsOf(service: Service): Promise<Vitals> {
  const { running, startedAt, oomKilled, memoryLimit } = await service.state()
  return { running, startedAt, oomKilled, memoryLimit }
}

/** Bytes that the kernel counts against the container's limit; null when it cannot be asked, as when it has ended. */
export async function memoryOf({ cgroup }: Pick<Stack, 'cgroup'>, { name }: Service): Promise<number | null> {
  const { usedBytes } = await cgroup(name)
    .memory()
    .catch(() => ({ usedBytes: null }))
  return usedBytes
}
