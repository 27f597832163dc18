import { z } from 'zod'
import type { AnyFaultKind } from '../faults/index.ts'
import type { OwnSpec } from '../kit/kind.ts'
import type { Cell, Mode, Target } from './mode.ts'

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

/** These cells once more, each ended by a remedy of the user's: a mode for each of theirs. */
export function curedModes(cells: readonly Pick<Cell, 'mode' | 'target'>[], remedy: string): Mode[] {
  const byMode = Map.groupBy(cells, ({ mode }) => mode)
  return [...byMode].map(([mode, own]) => ({
    ...mode,
    name: `${mode.name}+${remedy}`,
    about: `${mode.about.replace(/\.$/, '')}; then your ${remedy}`,
    tags: [...new Set([...mode.tags, 'own'])],
    targets: () => own.map(({ target }) => target),
    remedy,
  }))
}
