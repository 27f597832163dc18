import type { Evidence } from '../kit/json.ts'
import { defineKind } from '../kit/kind.ts'
import type { Capability, Scene } from '../stack/index.ts'

/**
 * What a remedy did: whether it worked as a deed, whether anything differs now. Whether it *helped* is for the checks.
 */
export interface Outcome {
  ok: boolean
  changed: boolean
  because: string
  evidence: Evidence
}

/** What is done about it. */
export interface Remedy {
  apply(scene: Scene): Promise<Outcome>
}

export const defineRemedy = defineKind<Remedy, Capability>()
