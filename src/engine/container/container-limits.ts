/** What a container may use, as an engine keeps it (`HostConfig`). */
export interface HostLimits {
  /** Bytes; 0: no limit. */
  Memory?: number | undefined
  /** Bytes of memory and swap together; 0: as the engine likes, -1: no limit. */
  MemorySwap?: number | undefined
  /** Billionths of a core; 0: not said in this way. */
  NanoCpus?: number | undefined
  /** Microseconds of each period; 0 and -1: no limit. */
  CpuQuota?: number | undefined
  CpuPeriod?: number | undefined
}

/** Engines (20.10) take a limit, and no way back to none: of this one nothing is ever felt. 1 PiB. */
const neverFelt = 2 ** 50
const usualPeriod = 100_000

/** Bytes; null: none. */
export function memoryLimitOf({ Memory: bytes = 0 }: HostLimits): number | null {
  return bytes > 0 && bytes < neverFelt ? bytes : null
}

/** What to ask an engine for; 0: no limit. `swap`: memory and swap together, -1 for no limit; absent: no swap. */
export function memoryUpdate(bytes: number, swap = bytes): Required<Pick<HostLimits, 'Memory' | 'MemorySwap'>> {
  return { Memory: bytes || neverFelt, MemorySwap: bytes === 0 ? neverFelt : swap }
}

/** The same for cores. An engine refuses a quota where billionths were given, and the other way round. */
export interface CpuLimit {
  nanoCpus: number
  quota: number
  period: number
}

export const cpuLimitOf = ({ NanoCpus: nanoCpus = 0, CpuQuota: quota = 0, CpuPeriod: period = 0 }: HostLimits) => {
  return { nanoCpus, quota, period } satisfies CpuLimit
}

export function cpuUpdate({ nanoCpus, quota, period }: CpuLimit): HostLimits {
  if (nanoCpus > 0) return { NanoCpus: nanoCpus }
  return { CpuPeriod: period || usualPeriod, CpuQuota: quota || -1 }
}

/** So many cores, said in the way in which the limit before was said. */
export function coresIn({ nanoCpus }: CpuLimit, cores: number): CpuLimit {
  if (nanoCpus > 0) return { nanoCpus: Math.round(cores * 1e9), quota: 0, period: 0 }
  return { nanoCpus: 0, quota: Math.round(cores * usualPeriod), period: usualPeriod }
}
