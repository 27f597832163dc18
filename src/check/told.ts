import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { readyFault } from '../faults/index.ts'
import { isReadable, readData } from '../kit/data/data-file.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { type Cell, cellsOf, type Mode, modes } from '../modes/index.ts'
import { type Plan, plansOf } from '../run/index.ts'
import { faultByMode, namedStack, parseScenario, type Scenario } from '../scenario/index.ts'
import { lacking, type StackDescription } from '../stack/index.ts'
import { dataChecksOf } from './own-data.ts'
import type { Stranger } from './stranger.ts'

const fields = z.record(z.string(), z.unknown())
const steps = z.array(fields)
type Fields = z.output<typeof fields>

/** A scenario file that is told on somebody's own stack, as it was written. */
export interface Written {
  readonly file: string
  readonly raw: Fields
  /** The badgateway.yaml that it names, absolute. */
  readonly project: string
}

/**
 * A file of YAML or JSON whose `stack` names a description, or that is given one by `project`; undefined: it is another
 * scenario, which others read. SCENARIO_INVALID where it says more of that stack.
 */
export async function readWritten(file: string, project?: string): Promise<Written | undefined> {
  if (!/\.(ya?ml|json)$/.test(file) || (await isReadable(file)) !== undefined) return undefined
  const raw = fields.safeParse(await readData(file).catch(() => undefined)).data
  if (!raw) return undefined
  const stack = fields.safeParse(raw['stack']).data ?? {}
  if (stack['description'] === undefined) return project === undefined ? undefined : { file, raw, project }
  const named = namedStack.safeParse(stack)
  if (named.success) return { file, raw, project: project ?? resolve(dirname(file), named.data.description) }
  const [issue] = named.error.issues
  throw invalid(file, [
    `${['stack', ...(issue?.path ?? [])].join('.')}: ${issue?.message}; the description says it all`,
  ])
}

type On = Pick<Stranger, 'description' | 'own' | 'traffic' | 'data'>

/** The scenario on that stack, its faults by their modes. SCENARIO_INVALID with all that cannot be played there. */
export function scenarioOn(
  { file, raw }: Pick<Written, 'file' | 'raw'>,
  { description, own, traffic, data = [] }: On,
): Scenario {
  const known = [...modes, ...(own?.modes ?? [])]
  const wrong: string[] = []
  const playable = (story: unknown, path: string) => {
    const written = steps.safeParse(story).data
    return written?.map((step, at): Fields => {
      const named = faultByMode.safeParse(step['fault']).data
      if (!named) return step
      const found = faultAt(named, description, known)
      if ('fault' in found) return { as: `${named.mode}/${named.target}`, ...step, fault: found.fault }
      wrong.push(`${path}.${at}.fault: ${found.because} (found ${inertJson(step['fault'])})`)
      return step
    })
  }
  const { stack: _, story, variants, checks, ...rest } = raw
  const withData = (given: unknown) => (Array.isArray(given) ? [...given, ...dataChecksOf(data)] : given)
  const main = playable(story, 'story') ?? story
  const all = Object.entries(fields.safeParse(variants).data ?? {}).map(([name, variant]) => {
    const own = fields.safeParse(variant).data
    const replaced = own?.['story'] === undefined ? {} : { story: playable(own['story'], `variants.${name}.story`) }
    const asked = own?.['checks'] === undefined ? {} : { checks: withData(own['checks']) }
    return [name, own ? { ...own, ...replaced, ...asked } : variant]
  })
  const whole = {
    load: { users: traffic },
    ...rest,
    story: main,
    checks: withData(checks ?? []),
    ...(variants === undefined ? {} : { variants: Object.fromEntries(all) }),
  }
  if (wrong.length > 0) throw invalid(file, wrong)
  return parseScenario(whole, file, own?.kinds)
}

/** The plans of its variants. SCENARIO_INVALID before anything is started. */
export function plansOn(
  scenario: Scenario,
  { description }: Pick<Stranger, 'description'>,
  {
    variants = Object.keys(scenario.variants),
    incidentMinuteMs,
  }: { variants?: readonly string[]; incidentMinuteMs?: number },
): Plan[] {
  return plansOf(scenario, variants, { description, incidentMinuteMs })
}

function faultAt(
  { mode, target }: z.output<typeof faultByMode>,
  description: StackDescription,
  known: readonly Mode[],
): Pick<Cell, 'fault'> | { because: string } {
  const { cells, left } = cellsOf(description, {}, known)
  const name = `${mode}/${target}`
  const cell = cells.find((one) => one.name === name)
  if (cell) return cell
  const why = left.find((one) => one.cell === name)?.because
  const near = didYouMean(name, [...cells.map((one) => one.name), ...left.map((one) => one.cell)])
  return { because: why ?? `there is no ${name}. ${near}badgateway check --list shows all` }
}

/** A fault of a scenario, and what a described stack makes of it. */
export interface Playable {
  readonly scenario: string
  /** Its kind. */
  readonly fault: string
  /** Cells that play the same kind; empty: it can be named with its own fields, by the stack's groups. */
  readonly cells: readonly string[]
  /** Why it cannot be played there; absent: it can. */
  readonly because?: string
}

/** What backends that can be told to do it do themselves, an interposer does before any. */
const ofBackends = 'backend-behaviour'

/** Which faults of these scenarios a described stack can play, each kind once a scenario. */
export function playableOf(scenarios: readonly Scenario[], description: StackDescription): Playable[] {
  const { cells } = cellsOf(description)
  return scenarios.flatMap(({ name: scenario, story, variants, kinds }) => {
    const told = [story, ...Object.values(variants).map((variant) => variant.story ?? [])].flat()
    const faults = told.flatMap(({ fault }) => fault ?? [])
    const byKind = new Map(faults.map((fault) => [fault.kind, fault]))
    return [...byKind].map(([kind, fault]): Playable => {
      const missing = lacking(description, readyFault(fault, kinds?.faults).needs)
      const isLike = (cell: Cell) =>
        cell.fault.kind === kind || (kind === ofBackends && cell.fault.kind === 'interpose')
      const same = cells.filter(isLike).map(({ name }) => name)
      const because = missing.length === 0 ? {} : { because: `this stack has not: ${missing.join(', ')}` }
      return { scenario, fault: kind, cells: same, ...because }
    })
  })
}

/** The same in words, a line a fault. */
export function playableWords(all: readonly Playable[]): string {
  const lines = [...Map.groupBy(all, ({ scenario }) => scenario)].map(([scenario, own]) => {
    const rows = own.map(({ fault, cells, because }) => {
      const like = because !== undefined && cells.length > 0 ? `; from outside ${byWhat(cells)}` : ''
      return `  ${inert(fault)}: ${because === undefined ? byWhat(cells) : `${because}${like}`}`
    })
    return [inert(scenario), ...rows].join('\n')
  })
  return `${lines.join('\n\n')}\n`
}

const shownCells = 4

function byWhat(cells: readonly string[]): string {
  if (cells.length === 0) return 'can be played, with its own fields and the groups of this stack'
  const more = cells.length > shownCells ? `, and ${cells.length - shownCells} more` : ''
  return `can be played: ${cells
    .slice(0, shownCells)
    .map((one) => inert(one))
    .join(', ')}${more}`
}

function invalid(file: string, wrong: readonly string[]): BadgatewayError {
  const hint = 'Nothing was started. badgateway check --list shows modes and targets.'
  return new BadgatewayError('SCENARIO_INVALID', `${file}: ${wrong.join('\n  ')}`, hint)
}
