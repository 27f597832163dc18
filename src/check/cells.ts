import { isWrite } from '../kit/ledger.ts'
import type { PlannedCell } from '../kit/matrix/cell.ts'
import { ownOf } from '../kit/own.ts'
import type { RequestSpec } from '../load/index.ts'
import type { Cell, Handlings } from '../modes/index.ts'
import { type DataCheck, type Plan, plansOf } from '../run/index.ts'
import { parseScenario } from '../scenario/index.ts'
import type { StackDescription } from '../stack/index.ts'
import { budgetOf, checksFor, type Expect, goodForMs } from './budgets.ts'
import type { OwnCommands } from './own.ts'
import { dataChecksOf } from './own-data.ts'
import { quickestMs, type TheirRules } from './their-rules.ts'

/** Who asks, and for what. */
export interface Traffic {
  readonly users: number
  readonly ratePerS: number
  /** How long a user waits, ms. */
  readonly timeout?: number
  /** Absent: the page of each group. */
  readonly mix?: readonly (Pick<RequestSpec, 'path'> & Partial<RequestSpec>)[] | undefined
}

export interface Asking {
  readonly cells: readonly Cell[]
  readonly description: StackDescription
  readonly traffic: Traffic
  readonly expect?: Expect | undefined
  readonly handlings?: Handlings | undefined
  /** Of each cell: what data must say once its users have gone. */
  readonly data?: readonly DataCheck[] | undefined
  readonly own?: Pick<OwnCommands, 'kinds' | 'finals' | 'looks'> | undefined
  /** Names that no variant may have. */
  readonly taken?: readonly string[] | undefined
  /** Somebody's own monitoring, which is asked. */
  readonly their?: TheirRules | undefined
}

/** A cell with the plan that plays it. */
export interface PlannedRun {
  readonly cell: Cell
  readonly plan: Plan
}

/** One minute of the story's clock takes so long, ms: a cell is told in seconds. */
const minuteMs = 1_000
/** Recovery is awaited for so long at most. */
const recoveryLimitMs = 15_000
/** A verdict rests on this many requests, and a little more. */
const requestsAtLeast = 105
/** What a cell's story takes beside its hold at least, ms: until it is in force, gone, and good again for a second. */
const besideHoldMs = 2_300
export const users = { timeout: 10_000 } as const
const start = 10 * 60 + 1

/** Plans of cells, each a variant of one scenario. */
export function plannedCells(asking: Asking): PlannedRun[] {
  const { cells, description, traffic, expect, handlings, own, data, taken, their } = asking
  if (cells.length === 0) return []
  const held = cells.map((cell) => {
    const budget = budgetOf(expect, cell)
    return { cell: heldLongEnough(cell, traffic, alertTimeMs(budget.alertWithinMs, their)), budget }
  })
  const named = namesFor(
    held.map(({ cell }) => cell),
    taken,
  )
  const mix: NonNullable<Traffic['mix']> =
    traffic.mix ?? Object.values(description.upstreams).map(({ page: path }) => ({ path }))
  const writes = mix.some(({ method = 'GET' }) => isWrite(method))
  const all = held.map(({ cell, budget }) => {
    const handling = ownOf(handlings ?? {}, cell.target.upstream ?? '') ?? null
    return { cell, variant: named.get(cell) ?? '', planned: plannedOf(cell, { description, budget, handling, writes }) }
  })
  const scenario = parseScenario(
    {
      ...frame(description),
      load: { users: { timeout: users.timeout, ...traffic, mix } },
      story: [{ at: clockAt(start), note: 'Each variant has a story of its own.' }],
      variants: Object.fromEntries(
        all.map(({ cell, variant, planned }) => [variant, variantOf(cell, planned, { own, data })]),
      ),
    },
    'the cells',
    own?.kinds,
  )
  const plans = plansOf(
    scenario,
    all.map(({ variant }) => variant),
    {
      description,
      cells: Object.fromEntries(all.map(({ variant, planned }) => [variant, planned])),
      ...(their ? { theirs: their.pace } : {}),
    },
  )
  return all.flatMap(({ cell, variant }) => {
    const plan = plans.find(({ record }) => record.variant === variant)
    return plan ? [{ cell, plan }] : []
  })
}

function frame({ proxy }: StackDescription) {
  return {
    name: 'check',
    title: `What breaks behind ${proxy.service}`.slice(0, 120),
    summary:
      'One thing after the other is broken while users ask, and taken back: what they met, who was told, how it ended.',
    report: { rootCause: 'Broken on purpose.', impact: 'Told by each cell.', lessons: [] },
    clock: { steadyFrom: clockAt(start - 1), start: clockAt(start), end: clockAt(start + 1) },
  }
}

/** Who is held to an alert holds the fault until it may have come: theirs come as quick as their intervals let them. */
function alertTimeMs(withinMs: number | undefined, their: TheirRules | undefined): number {
  if (withinMs === undefined) return 0
  return Math.max(withinMs, (their && quickestMs(their)) ?? 0)
}

/** A slow trickle of users needs longer to tell anything, and an alert has its time to come. */
function heldLongEnough(cell: Cell, { ratePerS }: Traffic, alertMs: number): Cell {
  const enoughMs = Math.ceil((requestsAtLeast / ratePerS) * 1_000) - besideHoldMs
  return { ...cell, holdMs: Math.max(cell.holdMs, enoughMs, alertMs) }
}

interface Around {
  description: StackDescription
  budget: PlannedCell['budget']
  handling: PlannedCell['handling']
  writes: boolean
}

function plannedOf(cell: Cell, { description, ...around }: Around): PlannedCell {
  const { name, mode, target, holdMs, waitsMs } = cell
  const group = target.upstream ?? null
  const servers = group === null ? [] : (ownOf(description.upstreams, group)?.servers ?? [])
  return {
    name,
    mode: mode.name,
    about: mode.about,
    outcome: mode.outcome,
    ...(mode.remedy === undefined ? {} : { remedy: mode.remedy }),
    target: target.name,
    kind: target.kind,
    services: [...target.services],
    group,
    wellBeside: servers.filter((server) => !target.services.includes(server)).length,
    holdMs,
    waits: mode.waits && waitsMs !== undefined ? { for: mode.waits, ms: waitsMs } : null,
    ...around,
  }
}

function variantOf(
  { name, mode, fault, holdMs }: Cell,
  { budget }: PlannedCell,
  { own, data = [] }: Pick<Asking, 'own' | 'data'>,
) {
  const over = start + Math.ceil(holdMs / minuteMs)
  const within = Math.max(recoveryLimitMs, budget.recoveredWithinMs ?? 0)
  const { before = [], during = [], after = [] } = own?.looks ?? {}
  const restMs = during.length > 0 ? Math.floor(holdMs / 2) : holdMs
  const { remedy } = mode
  const looksAt = (minute: number, kinds: readonly string[]) =>
    kinds.map((kind) => ({ at: clockAt(minute), look: { kind } }))
  const end =
    remedy === undefined
      ? { remedy: { kind: 'end-fault', fault: name }, as: `end of ${name}` }
      : { remedy: { kind: remedy }, as: remedy }
  const until = [
    ...looksAt(start, before),
    { at: clockAt(start), fault, as: name, title: mode.about },
    ...looksAt(start, during).map((step, index) => (index === 0 ? { ...step, rest: restMs } : step)),
    { at: clockAt(over), rest: restMs, ...end, expect: 'measured' },
  ]
  const asked = remedy === undefined ? budget : { recoveredWithinMs: recoveryLimitMs, ...budget }
  return {
    title: `${name}: ${mode.about}`.slice(0, 120),
    end: clockAt(over + 1),
    story: [
      ...until,
      { at: clockAt(over), recovered: { within, hold: goodForMs, measured: true } },
      ...looksAt(over, after),
      ...(own?.finals ?? []).map((kind) => ({ at: clockAt(over), look: { kind }, finds: 'exit code 0' })),
    ],
    checks: [
      ...checksFor(asked, until.length),
      ...(remedy === undefined ? [] : [{ kind: 'fault-cured', step: until.length - 1 }]),
      ...dataChecksOf(data),
    ],
  }
}

function clockAt(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
}

/** Names of variants: `refuse-api-1`. Services may be called what no variant may, so two could come to be the same. */
function namesFor(cells: readonly Cell[], used: readonly string[] = []): Map<Cell, string> {
  const taken = new Set(used)
  return new Map(
    cells.map((cell) => {
      const plain = cell.name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 56)
      let name = plain
      for (let more = 2; taken.has(name); more += 1) name = `${plain.replace(/-$/, '')}-${more}`
      taken.add(name)
      return [cell, name]
    }),
  )
}
