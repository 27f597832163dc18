import { z } from 'zod'
import { coresIn } from '../engine/index.ts'
import { defineFault } from './fault.ts'

/** A limit may be rounded on its way to the kernel. */
const isNear = (is: number | null, meant: number) => is !== null && Math.abs(is - meant) <= meant / 100

/** Less of the machine than the program needs: it is late, and nothing says why. */
export const cpuLimit = defineFault({
  kind: 'cpu-limit',
  about:
    'Gives the container of a service less processor time: it stands still for the rest of every tenth of a second.',
  fields: {
    service: z.string(),
    cores: z.number().min(0.01).max(64),
  },
  make: ({ service: name, cores }) => {
    let before: { throttledMs: number; at: number } | undefined
    return {
      inject: async ({ stack, clock, registerUndo }) => {
        const service = stack.service(name)
        const { containerId: container } = service
        const kernel = stack.cgroup(name)
        const [{ cpuLimit: was }, limit, throttledMs] = await Promise.all([
          service.state(),
          kernel.cpuLimit(),
          kernel.throttledMs(),
        ])
        if (limit !== null && limit <= cores) {
          const because = `${name} may use ${limit} cores already`
          return { outcome: 'rejected', because, acts: [], evidence: {} }
        }
        await registerUndo({ verb: 'set-cpu', container, ...was }, `give ${name} its cores back`)
        before = { throttledMs: throttledMs ?? 0, at: clock.now() }
        await service.limitCpu(coresIn(was, cores))
        const because = `${name} may use ${cores} cores; before ${limit ?? 'all there are'}`
        return { outcome: 'in-force', because, acts: [], evidence: { service: name, cores, before: limit } }
      },
      witness: {
        name: 'the limit by which the kernel goes, and the time that it kept the programs waiting',
        see: async ({ stack, clock }) => {
          const kernel = stack.cgroup(name)
          const [limit, throttledMs] = await Promise.all([kernel.cpuLimit(), kernel.throttledMs()])
          const may = `${name} may use ${limit ?? 'all'} cores`
          const sinceMs = before === undefined ? 0 : Math.round(clock.now() - before.at)
          const stoodMs = Math.max(0, Math.round((throttledMs ?? 0) - (before?.throttledMs ?? 0)))
          const stood =
            throttledMs === null ? 'how long it stood still is not told' : `it stood still for ${stoodMs} ms`
          const since = before === undefined ? '' : `; ${stood}, summed over its threads, of ${sinceMs} ms`
          return { present: isNear(limit, cores), because: `${may}${since}` }
        },
      },
    }
  },
})
