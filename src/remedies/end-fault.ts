import { z } from 'zod'
import { pollUntil } from '../kit/clock.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { type FaultEnd, replacements, type Scene, type Server } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** What was started again needs a moment; longer than this it is the recovery that is measured, and not the end. */
const startedLimitMs = 8_000
const askLimitMs = 1_000

/** The cause goes away by itself, as after a failover or when somebody else mends it: what is left is the recovery. */
export const endFault = defineRemedy({
  kind: 'end-fault',
  about: 'Takes back what one fault has changed, newest first, exactly as its undos say; nothing else is touched.',
  fields: {
    /** Its name in the story: what its step says with `as`, or else its kind. */
    fault: z.string().min(1).max(80),
  },
  refuse: ({ fault }, { faults }) => {
    if (faults.includes(fault)) return []
    const there = faults.length === 0 ? 'there is none' : `there are ${faults.join(', ')}`
    return [
      { path: 'fault', value: fault, what: `${didYouMean(fault, faults)}No fault before has that name: ${there}` },
    ]
  },
  make: ({ fault }) => ({
    apply: async (scene) => {
      const began = scene.clock.now()
      const replaced = replacements(scene.stack)
      const end = await scene.endFault(fault)
      const tookMs = Math.round(scene.clock.now() - began)
      if (!end) {
        return { ok: false, changed: false, because: `${fault} was never in force`, evidence: { undone: [], left: [] } }
      }
      const undone = end.undone.map(({ why }) => why)
      const left = [...end.failures]
      const waitedFor = await untilUp(scene, end)
      const evidence = { undone, left, tookMs, waitedFor, ...replaced() }
      const changed = undone.length > 0 || end.byItself
      if (left.length > 0) {
        return { ok: false, changed, because: `${fault} is not ended: ${left.join('; ')}`, evidence }
      }
      const deeds = [...(end.byItself ? ['its own end'] : []), ...undone]
      const because = `${fault} is ended in ${tookMs} ms: ${deeds.join('; ') || 'it had changed nothing'}`
      return { ok: true, changed, because, evidence }
    },
  }),
})

/** A server that was just started looks like one that is broken: its names, when it was waited for. */
async function untilUp({ stack, clock, signal }: Scene, { undone }: FaultEnd): Promise<string[]> {
  const touched = new Set(undone.flatMap(({ undo }) => ('container' in undo ? [undo.container] : [])))
  const servers = stack.servers().filter(({ containerId }) => touched.has(containerId))
  const isUp = (server: Server) => server.healthy({ timeoutMs: askLimitMs })
  const allUp = async () => ((await Promise.all(servers.map(isUp))).every(Boolean) ? true : undefined)
  await pollUntil(allUp, { withinMs: startedLimitMs, everyMs: 100, clock, signal })
  return servers.map(({ name }) => name)
}
