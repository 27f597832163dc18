import type { AnyFaultKind, Fault } from '../faults/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Ready } from '../kit/kind.ts'
import type { AnyRemedyKind, Remedy } from '../remedies/index.ts'
import type { AnyProbeKind, Probe } from '../watch/index.ts'

/** What a kind of a scenario's own throws is told as its failure, and not as a defect of ours. */
async function named<T>(kind: { is: string; kind: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof BadgatewayError) throw thrown
    const message = `The ${kind.is} '${kind.kind}' failed: ${reasonOf(thrown)}`
    const hint = 'It is a kind of your own: see the file that defines it.'
    throw new BadgatewayError('KIND_FAILED', message, hint, { cause: thrown })
  }
}

const wrapped = <T>(ready: Ready<T>, wrap: (one: T) => T): Ready<T> => ({ ...ready, make: () => wrap(ready.make()) })

export function namedFault(kind: AnyFaultKind): AnyFaultKind {
  const wrap = (fault: Fault): Fault => {
    return {
      inject: (scene, hearer) => named(kind, async () => await fault.inject(scene, hearer)),
      witness: {
        name: fault.witness.name,
        see: (scene) => named(kind, async () => await fault.witness.see(scene)),
      },
    }
  }
  return { ...kind, ready: (spec) => wrapped(kind.ready(spec), wrap) }
}

export function namedRemedy(kind: AnyRemedyKind): AnyRemedyKind {
  const wrap = (remedy: Remedy): Remedy => {
    return { apply: (scene) => named(kind, async () => await remedy.apply(scene)) }
  }
  return { ...kind, ready: (spec) => wrapped(kind.ready(spec), wrap) }
}

export function namedProbe(kind: AnyProbeKind): AnyProbeKind {
  const wrap = (probe: Probe): Probe => {
    return { look: (view) => named(kind, async () => await probe.look(view)) }
  }
  return { ...kind, ready: (spec) => wrapped(kind.ready(spec), wrap) }
}
