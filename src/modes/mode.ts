import type { AnyFaultKind, FaultSpec } from '../faults/index.ts'
import type { OwnSpec } from '../kit/kind.ts'
import type { Handling } from '../kit/matrix/handling.ts'
import type { StackDescription } from '../stack/index.ts'

/** What kinds of things can be broken. */
export const targetKinds = ['server', 'group', 'dependency', 'proxy', 'lookup'] as const
export type TargetKind = (typeof targetKinds)[number]

/** Something that can be broken. */
export interface Target {
  /** As it is named in a cell: `api-1`; of a look-up `redis-at-api-1`. */
  readonly name: string
  readonly kind: TargetKind
  /** Names of its services. */
  readonly services: readonly string[]
  /** The group that it is, or belongs to. */
  readonly upstream?: string
  /** Of a server: its number in the group, from 1. Of a group: absent, for all of it is meant. */
  readonly servers?: readonly number[]
  /** Of a look-up: the name that is asked for. */
  readonly host?: string
}

/** What a broken part looks like to whoever asks it: `--quick` plays one of each. */
export const outcomes = ['gone', 'refused', 'silent', 'slow', 'wrong', 'cut', 'starved', 'misconfigured'] as const
export type Outcome = (typeof outcomes)[number]

/** Why a mode does not apply to a target, and what would make it so. */
export interface NotApplicable {
  readonly not: string
}

/** What the proxy waits for while it is in force, by the directive that ends the waiting. */
export type Waits = 'connect' | 'read'

/** One way of breaking something. */
export interface Mode {
  /** Lower-case words joined by `-`. */
  readonly name: string
  /** What is broken, in one sentence. */
  readonly about: string
  /** What becomes of a packet, or of an answer. */
  readonly packet: string
  /** Who sees that it is really there. */
  readonly witnessed: string
  readonly tags: readonly string[]
  readonly at: readonly TargetKind[]
  /** Which of all targets it is done to; absent: those of the kinds above. */
  targets?(all: readonly Target[]): readonly Target[]
  /** The kinds of its faults where they are none of ours. */
  readonly kinds?: readonly AnyFaultKind[]
  readonly outcome: Outcome
  /** Kind of the remedy that is to cure it, in place of the end of the fault. */
  readonly remedy?: string
  /** Absent: the proxy is told at once, and waits for nothing. */
  readonly waits?: Waits
  /** However long that timeout is, something else ends the waiting then. */
  readonly waitsAtMostMs?: number
  fault(target: Target, description: StackDescription): FaultSpec | OwnSpec | NotApplicable
}

/** A mode done to a target. */
export interface Cell {
  /** `refuse/api-1`. */
  readonly name: string
  readonly mode: Mode
  readonly target: Target
  readonly fault: FaultSpec | OwnSpec
  /** How long it is held, ms. */
  readonly holdMs: number
  /** Set when it is held for so long because the proxy waits for a timeout of its own, ms. */
  readonly waitsMs?: number
  /** What it can be chosen by with `--tag`. */
  readonly tags: readonly string[]
}

/** What is held for longer comes last: it waits for a timeout of the stack's own. */
export const longHoldMs = 10_000

export const isLong = ({ holdMs, waitsMs }: Pick<Cell, 'holdMs' | 'waitsMs'>) =>
  waitsMs !== undefined && holdMs > longHoldMs

/** In the order in which they are played. */
export const longLast = (cells: readonly Cell[]): Cell[] =>
  cells.toSorted((a, b) => Number(isLong(a)) - Number(isLong(b)))

/** A cell that cannot be played. */
export interface LeftOut {
  readonly cell: string
  readonly because: string
}

/** What the proxy does about each group; absent: nothing is known, and Nginx's defaults are assumed. */
export type Handlings = Readonly<Record<string, Handling>>
