import { defineCheck, defineFault, defineProbe, defineRemedy, factsOf, fail, inconclusive, pass, z } from 'badgateway'

/**
 * A fault. Its undo is registered before anything is changed, so that a guard takes it back even when this process is
 * killed. The witness asks the engine anew: what `pause` gave back is no proof.
 */
export const frozenService = defineFault({
  kind: 'frozen-service',
  about: 'All processes of a service stand still: the kernel accepts connections, and no process answers.',
  fields: { service: z.string() },
  make: ({ service: name }) => ({
    inject: async ({ stack, registerUndo }) => {
      const service = stack.service(name)
      const { paused } = await service.state()
      if (paused)
        return { outcome: 'rejected', because: `${name} stood still already`, acts: [], evidence: { service: name } }
      await registerUndo({ verb: 'unpause', container: service.containerId }, `let ${name} go on`)
      await service.pause()
      return { outcome: 'in-force', because: `${name} stands still`, acts: [], evidence: { service: name } }
    },
    witness: {
      name: "the engine's state of the container",
      see: async ({ stack }) => {
        const { paused } = await stack.service(name).state()
        return { present: paused, because: `${name} ${paused ? 'stands still' : 'runs'}` }
      },
    },
  }),
})

/** A remedy. Whether it helped is not for it to say: `changed` tells that something differs now. */
export const thawService = defineRemedy({
  kind: 'thaw-service',
  about: 'Lets the processes of a frozen service go on.',
  fields: { service: z.string() },
  make: ({ service: name }) => ({
    apply: async ({ stack }) => {
      const service = stack.service(name)
      if (!(await service.state()).paused) {
        return { ok: true, changed: false, because: `${name} was not frozen`, evidence: {} }
      }
      await service.unpause()
      const { paused } = await service.state()
      return { ok: !paused, changed: !paused, because: `${name} ${paused ? 'stands still' : 'goes on'}`, evidence: {} }
    },
  }),
})

/** A probe: one short finding, of those that it names, and the figures behind it. */
export const frozenServices = defineProbe({
  kind: 'frozen-services',
  about: 'Asks the engine which services stand still: some frozen, or none frozen.',
  finds: ['some frozen', 'none frozen'],
  fields: {},
  make: () => ({
    look: async ({ stack }) => {
      const states = await Promise.all(stack.services.map(async (one) => ({ name: one.name, ...(await one.state()) })))
      const frozen = states.filter(({ paused }) => paused).map(({ name }) => name)
      return {
        finding: frozen.length > 0 ? 'some frozen' : 'none frozen',
        because: frozen.length > 0 ? `${frozen.join(', ')} stood still` : `all ${states.length} services ran`,
        evidence: { frozen },
      }
    },
  }),
})

/** A check: a pure question to the journal, asked after the run and again whenever the run is judged. */
export const thawedWithin = defineCheck({
  kind: 'thawed-within',
  about: 'behaviour',
  time: 'system',
  asks: 'Was the frozen service let go soon enough?',
  fields: { withinMs: z.number().positive() },
  title: ({ withinMs }) => `The frozen service goes on within ${withinMs / 1_000} s`,
  judge: ({ facts }, { withinMs }) => {
    const began = factsOf(facts, 'fault-injected').find(({ faultKind }) => faultKind === 'frozen-service')
    if (!began) return inconclusive('nothing was frozen')
    const ended = factsOf(facts, 'fault-undone').find(({ fault, by }) => fault === began.fault && by === 'remedy')
    if (!ended) return fail(`${began.fault} was not ended by a remedy`, [began.n])
    const tookMs = ended.t - began.startedT
    const because = `${began.fault} lasted ${(tookMs / 1_000).toFixed(1)} s`
    return (tookMs <= withinMs ? pass : fail)(because, [began.n, ended.n])
  },
})
