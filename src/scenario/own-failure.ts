import type { AnyFaultKind } from '../faults/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { AnyRemedyKind } from '../remedies/index.ts'
import type { AnyProbeKind } from '../watch/index.ts'

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

export function namedFault(kind: AnyFaultKind): AnyFaultKind {
  const make: AnyFaultKind['make'] = (fields) => {
    const fault = kind.make(fields)
    return {
      inject: (scene) => named(kind, async () => await fault.inject(scene)),
      witness: {
        name: fault.witness.name,
        see: (scene) => named(kind, async () => await fault.witness.see(scene)),
      },
    }
  }
  return { ...kind, make }
}

export function namedRemedy(kind: AnyRemedyKind): AnyRemedyKind {
  const make: AnyRemedyKind['make'] = (fields) => {
    const remedy = kind.make(fields)
    return { apply: (scene) => named(kind, async () => await remedy.apply(scene)) }
  }
  return { ...kind, make }
}

export function namedProbe(kind: AnyProbeKind): AnyProbeKind {
  const make: AnyProbeKind['make'] = (fields) => {
    const probe = kind.make(fields)
    return { look: (view) => named(kind, async () => await probe.look(view)) }
  }
  return { ...kind, make }
}
