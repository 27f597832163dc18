import { readFile } from 'node:fs/promises'

/** What the kernel has counted up to now. */
export interface CpuTime {
  /** Ticks of all cores: busy, given to other guests by the hypervisor, and all there were. */
  busy: number
  steal: number
  all: number
  /** Ms in which a task that could work waited for a core; null: this kernel does not tell (PSI). */
  waitedMs: number | null
}

/** Source: proc(5), and Documentation/accounting/psi.rst. Null where there is no `/proc/stat`. */
export async function readCpuTime(folder = '/proc'): Promise<CpuTime | null> {
  const [stat, pressure] = await Promise.all(
    ['stat', 'pressure/cpu'].map((name) => readFile(`${folder}/${name}`, 'utf8').catch(() => '')),
  )
  return cpuTimeOf(stat ?? '', pressure ?? '')
}

/** The same of the text of the two files. */
export function cpuTimeOf(stat: string, pressure: string): CpuTime | null {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.trim().split(/ +/).map(Number)
  if (!fields || fields.some((ticks) => !Number.isFinite(ticks))) return null
  // Guests are counted in user time already.
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, soft = 0, steal = 0] = fields
  const busy = user + nice + system + irq + soft
  const totalUs = /^some .*\btotal=(\d+)/m.exec(pressure)?.[1]
  return { busy, steal, all: busy + steal + idle + waiting, waitedMs: totalUs ? Number(totalUs) / 1_000 : null }
}

/** Shares of the time between two readings, 0 … 1. */
export function sharesBetween(before: CpuTime, now: CpuTime, spanMs: number) {
  const ticks = Math.max(1, now.all - before.all)
  const share = (part: number, whole: number) => Math.min(1, Math.max(0, part / whole))
  const waited = before.waitedMs === null || now.waitedMs === null ? null : now.waitedMs - before.waitedMs
  return {
    cpuBusy: share(now.busy - before.busy + (now.steal - before.steal), ticks),
    steal: share(now.steal - before.steal, ticks),
    cpuPressure: waited === null ? null : share(waited, Math.max(1, spanMs)),
  }
}
