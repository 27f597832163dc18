import { z } from 'zod'
import { defineRemedy, notReady } from './remedy.ts'

const mebibyte = 1_048_576

/** More memory for a service: it takes effect on the container at once, and its program is started anew below it. */
export const raiseMemory = defineRemedy({
  kind: 'raise-memory',
  about: "Raises the memory limit of a service's container and restarts it.",
  fields: {
    service: z.string(),
    toMb: z.int().min(32).max(4_096),
    /** False: the running program goes on, with more room. */
    restart: z.boolean().default(true),
  },
  make: ({ service: name, toMb, restart }) => ({
    apply: async (scene) => {
      const service = scene.stack.service(name)
      const { memoryLimit: before, containerId: container } = { ...(await service.state()), ...service }
      const fromMb = before === null ? null : Math.round(before / mebibyte)
      const evidence = { fromMb, toMb }
      if (before === null || before >= toMb * mebibyte) {
        const because = `${name} may use ${fromMb === null ? 'all memory' : `${fromMb} MB`} already`
        return { ok: false, changed: false, because, evidence }
      }
      await scene.registerUndo({ verb: 'set-memory', container, bytes: before }, `limit ${name} to ${fromMb} MB again`)
      await service.limitMemory(toMb * mebibyte)
      const raised = `the limit of ${name} is ${toMb} MB now, it was ${fromMb} MB`
      const failed = restart ? await service.restart().then(() => undefined, notReady) : undefined
      if (failed !== undefined) return { ok: false, changed: true, because: `${raised}; ${failed}`, evidence }
      const { usedBytes } = await scene.stack.cgroup(name).memory()
      const usedMb = usedBytes === null ? null : Math.round(usedBytes / mebibyte)
      const uses = usedMb === null ? '' : `, and it uses ${usedMb} MB`
      const up = restart ? '; it is up again' : '; it went on running'
      return { ok: true, changed: true, because: `${raised}${up}${uses}`, evidence: { ...evidence, usedMb } }
    },
  }),
})
