import type { Check } from '../checks/index.ts'
import type { AnyFaultKind, Fault } from '../faults/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Ready } from '../kit/kind.ts'
import type { AnyRemedyKind, Remedy } from '../remedies/index.ts'
import type { AnyProbeKind, Probe } from '../watch/index.ts'

interface Named {
  is: string
  kind: string
}

/** What a kind of a scenario's own throws is told as its failure, and not as a defect of ours. */
function failureOf({ is, kind }: Named, thrown: unknown): unknown {
  if (thrown instanceof BadgatewayError) return thrown
  const hint = 'It is a kind of your own: see the file that defines it.'
  return new BadgatewayError('KIND_FAILED', `The ${is} '${kind}' failed: ${reasonOf(thrown)}`, hint, { cause: thrown })
}

async function named<T>(kind: Named, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw failureOf(kind, thrown)
  }
}

function namedAtOnce<T>(kind: Named, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw failureOf(kind, thrown)
  }
}

type OwnReady<T> = (spec: unknown) => Ready<T>

function namedReady<T>(kind: Named & { ready: OwnReady<T> }, wrap: (one: T) => T): OwnReady<T> {
  return (spec) => {
    const ready = namedAtOnce(kind, () => kind.ready(spec))
    return {
      ...ready,
      make: () => wrap(namedAtOnce(kind, () => ready.make())),
      refuse: (outlook) => namedAtOnce(kind, () => ready.refuse(outlook)),
    }
  }
}

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
  return { ...kind, ready: namedReady(kind, wrap) }
}

export function namedRemedy(kind: AnyRemedyKind): AnyRemedyKind {
  const wrap = (remedy: Remedy): Remedy => {
    return { apply: (scene) => named(kind, async () => await remedy.apply(scene)) }
  }
  return { ...kind, ready: namedReady(kind, wrap) }
}

export function namedProbe(kind: AnyProbeKind): AnyProbeKind {
  const wrap = (probe: Probe): Probe => {
    return { look: (view) => named(kind, async () => await probe.look(view)) }
  }
  return { ...kind, ready: namedReady(kind, wrap) }
}

/** What it throws as it answers is a finding. */
export function namedCheck(kind: Check): Check {
  return { ...kind, refuse: (spec, outlook) => namedAtOnce(kind, () => kind.refuse(spec, outlook)) }
}
