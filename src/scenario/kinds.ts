import { z } from 'zod'
import { type Check, checks, gates } from '../checks/index.ts'
import { type AnyFaultKind, faults } from '../faults/index.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { type AnyRemedyKind, remedies } from '../remedies/index.ts'
import { fileReporters, groupReporters, matrixReporters, type ReporterKind } from '../reporters/index.ts'
import { type AnyProbeKind, probes } from '../watch/index.ts'
import { namedCheck, namedFault, namedProbe, namedRemedy } from './own-failure.ts'

/** A kind that a scenario brings along: what a `define…` of the public API gives. */
export type OwnKind = AnyFaultKind | AnyRemedyKind | AnyProbeKind | Check | ReporterKind

/** Those of one scenario, by what they are. */
export interface Kinds {
  readonly faults: readonly AnyFaultKind[]
  readonly remedies: readonly AnyRemedyKind[]
  readonly probes: readonly AnyProbeKind[]
  readonly checks: readonly Check[]
  readonly reporters: readonly ReporterKind[]
}

export const noKinds: Kinds = { faults: [], remedies: [], probes: [], checks: [], reporters: [] }

const whats = ['fault', 'remedy', 'probe', 'check', 'reporter'] as const
const name = /^[a-z0-9]+(-[a-z0-9]+)*$/
/** Of a file in the folder of a run; its folder may hold variants by any name without a dot. */
const fileName = /^[a-z0-9][a-z0-9-]*(\.[a-z0-9]+)+$/
const ownFiles = [
  'plan.json',
  'planned.json',
  'journal.jsonl',
  ...[...fileReporters, ...matrixReporters, ...groupReporters].map((one) => one.file),
]

/** What every kind has; its own fields are looked at by what it is. */
const shapes = {
  fault: z.looseObject({ ready: z.function(), schema: z.instanceof(Object) }),
  remedy: z.looseObject({ ready: z.function(), schema: z.instanceof(Object) }),
  probe: z.looseObject({ ready: z.function(), schema: z.instanceof(Object), finds: z.array(z.unknown()).min(1) }),
  check: z.looseObject({ ask: z.function(), refuse: z.function(), schema: z.instanceof(Object) }),
  reporter: z.looseObject({}),
}

/** Is this what a `define…` gives? */
export function isKind(value: unknown): value is OwnKind {
  if (typeof value !== 'object' || value === null || !('is' in value) || !('kind' in value)) return false
  const { is, kind } = value
  const what = whats.find((one) => one === is)
  return what !== undefined && typeof kind === 'string' && shapes[what].safeParse(value).success
}

/** Sorted, or what is wrong with them, one line a mistake, with its place. */
export function sortKinds(values: readonly unknown[], path = 'kinds'): Kinds | string[] {
  const mistakes: string[] = []
  const kept: OwnKind[] = []
  for (const [at, value] of values.entries()) {
    if (kept.some((one) => one === value)) continue
    const wrong = isKind(value)
      ? mistakeOf(value, kept)
      : 'is no kind: use defineFault, defineRemedy, defineProbe, defineCheck or defineReporter'
    if (wrong !== undefined) mistakes.push(`${path}.${at}: ${wrong}`)
    else if (isKind(value)) kept.push(value)
  }
  if (mistakes.length > 0) return mistakes
  return {
    faults: kept.filter((one) => one.is === 'fault').map(namedFault),
    remedies: kept.filter((one) => one.is === 'remedy').map(namedRemedy),
    probes: kept.filter((one) => one.is === 'probe').map(namedProbe),
    checks: kept.filter((one) => one.is === 'check').map(namedCheck),
    reporters: kept.filter((one) => one.is === 'reporter'),
  }
}

/** Names that are taken already, by ours and by those before it. */
function takenOf(is: OwnKind['is'], before: readonly OwnKind[]): string[] {
  const ours: Record<OwnKind['is'], readonly { readonly kind: string }[]> = {
    fault: faults,
    remedy: remedies,
    probe: probes,
    check: [...checks, ...gates],
    reporter: [...fileReporters, ...matrixReporters, ...groupReporters].map((one) => ({ kind: one.name })),
  }
  return [...ours[is], ...before.filter((one) => one.is === is)].map((one) => one.kind)
}

function mistakeOf(kind: OwnKind, before: readonly OwnKind[]): string | undefined {
  const shown = inert(kind.kind, 80)
  if (!name.test(kind.kind) || kind.kind.length > 60) return `'${shown}' is no name: lower-case words joined by -`
  if (takenOf(kind.is, before).includes(kind.kind)) {
    return `there is a ${kind.is} '${shown}' already: give it another name`
  }
  if (kind.is === 'check' && kind.about !== 'behaviour') return `the check '${shown}' is not about behaviour`
  return kind.is === 'reporter' ? reporterMistake(kind, before) : undefined
}

function reporterMistake(reporter: ReporterKind, before: readonly OwnKind[]): string | undefined {
  const shown = inert(reporter.kind, 80)
  const files = filesOf(reporter)
  if (files.length === 0) return `the reporter '${shown}' has neither tell nor file`
  const strange = files.find((file) => !fileName.test(file))
  if (strange !== undefined) return `${inertJson(strange).slice(0, 80)} is no plain name of a file`
  const taken = [...ownFiles, ...before.flatMap((one) => (one.is === 'reporter' ? filesOf(one) : []))]
  const other = files.find((file) => taken.includes(file))
  return other === undefined ? undefined : `a run has a file ${other} already: give it another name`
}

function filesOf({ kind, tell, file }: ReporterKind): string[] {
  return [...(tell ? [`${kind}.md`, `${kind}.html`] : []), ...(file ? [file.name] : [])]
}

/** All of them together; of two of one name the first counts. */
export function joined(...all: readonly (Kinds | undefined)[]): Kinds {
  const list = <K extends keyof Kinds>(what: K): Kinds[K][number][] => {
    const found = new Map<string, Kinds[K][number]>()
    for (const kinds of all) for (const one of kinds?.[what] ?? []) if (!found.has(one.kind)) found.set(one.kind, one)
    return [...found.values()]
  }
  return {
    faults: list('faults'),
    remedies: list('remedies'),
    probes: list('probes'),
    checks: list('checks'),
    reporters: list('reporters'),
  }
}

/** Every kind of a record, `fault wrong-upstream`. */
export function namesOf(kinds: Kinds): string[] {
  const { faults: f, remedies: r, probes: p, checks: c, reporters: o } = kinds
  return [...f, ...r, ...p, ...c, ...o].map(({ is, kind }) => `${is} ${kind}`)
}
