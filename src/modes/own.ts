import { z } from 'zod'
import type { AnyFaultKind } from '../faults/index.ts'
import type { OwnSpec } from '../kit/kind.ts'
import type { Mode, Target } from './mode.ts'

/** Of no part of the stack that is known. */
export const ownTarget: Target = { name: 'own', kind: 'proxy', services: [] }

/** A fault of the user's as a mode: at the targets that they name, or at none in particular. */
export function ownMode(kind: AnyFaultKind, named: readonly string[] | undefined, witness: string): Mode {
  const spec = z.custom<OwnSpec>((value) => kind.schema.safeParse(value).success).parse({ kind: kind.kind })
  return {
    name: kind.kind,
    about: kind.about,
    packet: 'whatever this command does',
    witnessed: witness,
    tags: ['own'],
    at: [],
    targets: (all) => (named ? all.filter(({ name }) => named.includes(name)) : [ownTarget]),
    outcome: 'wrong',
    kinds: [kind],
    fault: () => spec,
  }
}
