import { showMs } from '../kit/duration.ts'
import { percent } from '../kit/figures.ts'
import { inert } from '../kit/inert.ts'
import type { Budget } from '../kit/matrix/cell.ts'
import { type Cell, isLong, type LeftOut } from '../modes/index.ts'
import type { Plan } from '../run/index.ts'
import type { PlannedRun, Traffic } from './cells.ts'

/** What a cell takes besides its hold, about, ms: steady, in force, gone, good again, proven. */
const besideMs = 4_500

/** How long these cells take, about, ms. */
export function aboutMs(runs: readonly PlannedRun[]): number {
  return runs.reduce((sum, { cell }) => sum + cell.holdMs + besideMs, 0)
}

export interface Explained {
  readonly runs: readonly PlannedRun[]
  readonly left: readonly LeftOut[]
  readonly traffic: Traffic
  /** Cells that the proxy's files on disk rule out; absent: nobody could read them. */
  readonly unlikely?: readonly LeftOut[]
}

/** The plan in words: what is broken, how, for how long, what it is held to, and what is left out and why. */
export function explained({ runs, left, traffic, unlikely }: Explained): string {
  const { users, ratePerS } = traffic
  const long = runs.filter(({ cell }) => isLong(cell))
  const blocks = [
    `${runs.length} cells, about ${showMs(aboutMs(runs))}; ${users} users ask, ${ratePerS} requests a second together.`,
    `Each: a second of steady state, the fault, ${holdWords(runs)}, its undo, recovery awaited for 15 s at most, ` +
      'the proof that all is as before.',
    ...runs.map(({ cell, plan }) => cellWords(cell, plan.record.cell?.budget ?? {})),
    ...(long.length > 0 ? [longWords(long)] : []),
    ...onDiskWords(unlikely),
    ...(left.length > 0 ? [leftWords(left)] : []),
  ]
  return `${blocks.join('\n\n')}\n`
}

function holdWords(runs: readonly PlannedRun[]): string {
  const usual = runs.filter(({ cell }) => !isLong(cell)).map(({ cell }) => cell.holdMs)
  const [least, most] = [Math.min(...usual), Math.max(...usual)]
  if (usual.length === 0) return 'held until the proxy gives up'
  return least === most ? `held for ${showMs(least)}` : `held for ${showMs(least)} to ${showMs(most)}`
}

function cellWords({ name, mode }: Cell, budget: Budget): string {
  const held = budgetWords(budget)
  return [
    inert(name),
    `  ${mode.about}`,
    `  On the wire: ${mode.packet}.`,
    ...(held ? [`  Held to: ${held}.`] : []),
  ].join('\n')
}

function budgetWords({ failedAtMost, recoveredWithinMs, alertWithinMs, p95AtMostMs }: Budget): string {
  return [
    failedAtMost === undefined ? '' : `at most ${percent(failedAtMost)} of requests fail`,
    recoveredWithinMs === undefined ? '' : `recovered within ${showMs(recoveredWithinMs)}`,
    alertWithinMs === undefined ? '' : `an alert within ${showMs(alertWithinMs)}`,
    p95AtMostMs === undefined ? '' : `95 of 100 answered within ${showMs(p95AtMostMs)}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** Said before they are played: they are what takes long. */
export function longWords(long: readonly PlannedRun[]): string {
  const names = long.map(({ cell }) => `${inert(cell.name)} ${showMs(cell.holdMs)}`)
  const sum = long.reduce((all, { cell }) => all + cell.holdMs, 0)
  const how = '--timeouts-at-most 5s shortens them on our copy; --skip leaves them out.'
  const waiting = long.length === 1 ? '1 waits' : `${long.length} wait`
  return `${waiting} for timeouts of the proxy and come last, ${showMs(sum)} together: ${names.join(', ')}. ${how}`
}

/** Cells that have one reason stand together. */
export function leftWords(left: readonly LeftOut[], head = 'Not applicable here:'): string {
  const lines = [...Map.groupBy(left, ({ because }) => because)].map(([because, cells]) => {
    return `  ${cells.map(({ cell }) => inert(cell)).join(', ')}: ${inert(because)}`
  })
  return [head, ...lines].join('\n')
}

/** What nobody knows before it runs. */
const readLater =
  "Read once the stack is up, from the proxy's own files: its timeouts (here Nginx's defaults are assumed), and " +
  'whether it has what a mistake could be made in (a resolver, a certificate).'

function onDiskWords(unlikely: Explained['unlikely']): string[] {
  if (!unlikely) return [readLater]
  const head = "Not applicable, as far as the proxy's files on disk tell; read again once the stack is up:"
  return unlikely.length > 0 ? [leftWords(unlikely, head)] : []
}

/** A line a cell. */
export function listed({ runs, left, unlikely }: Omit<Explained, 'traffic'>): string {
  const width = Math.max(0, ...runs.map(({ cell }) => cell.name.length))
  const lines = runs.map(({ cell }) => {
    const held = isLong(cell) ? `, held for ${showMs(cell.holdMs)}` : ''
    return `${inert(cell.name).padEnd(width)}  ${cell.tags.join(' ')}${held}`
  })
  const more = [...onDiskWords(unlikely), ...(left.length > 0 ? [leftWords(left)] : [])]
  return `${[...(lines.length > 0 ? [lines.join('\n')] : []), ...more].join('\n\n')}\n`
}

/** The steps of a scenario on somebody's own stack. */
export function storyWords(plans: readonly Plan[]): string {
  const told = plans.map(({ story, record: { variant, variantTitle } }) => {
    const steps = story.map((step) => `  ${step.clock}  ${step.does}: ${inert(step.title)}${doneBy(step)}`)
    return [`${inert(variant)}: ${inert(variantTitle)}`, ...steps].join('\n')
  })
  return `${told.join('\n\n')}\n`
}

const doneBy = (step: Plan['story'][number]) => ('spec' in step ? ` (${inert(step.spec.kind)})` : '')
