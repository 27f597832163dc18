import { join } from 'node:path'
import { cellRow } from '../checks/index.ts'
import { inScope } from '../cleanup/index.ts'
import { type ExperimentEnd, type ExperimentOptions, experiment } from '../experiment.ts'
import { factsOf, keepPlanned } from '../journal/index.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import type { Mistake } from '../kit/outlook.ts'
import { type Cells, cellsOf, type Handlings, isLong, modes, quickOf, type Wanted } from '../modes/index.ts'
import type { LiveReporter, ReportedVariant } from '../reporters/index.ts'
import type { RuleSet } from '../rules/index.ts'
import { type Stack, type StackDescription, type StackPool, stackPoolOf, type TheirMonitoring } from '../stack/index.ts'
import { type Asking, type PlannedRun, plannedCells } from './cells.ts'
import { deafRules } from './deaf-rules.ts'
import { type Explained, longWords } from './explain.ts'
import { handlingsIn } from './handlings.ts'
import { type Linted, lintCheck, trapsIn } from './lint.ts'
import type { OnDisk } from './on-disk.ts'
import type { OwnCommands } from './own.ts'
import { playedHere, type Sharing } from './shard.ts'
import { theirRules, tooSlow, watchedByThem } from './their-rules.ts'
import { fitting, unfitOnDisk } from './unfit.ts'

type Raise = NonNullable<ExperimentOptions['raise']>

/** What is checked, and who lends it: whoever raises it once for all cells, or has it already. */
export interface Checked extends Pick<Asking, 'traffic' | 'expect' | 'data' | 'their'> {
  readonly own?: OwnCommands | undefined
  readonly description: StackDescription
  readonly raise: Raise
  readonly alerts?: Linted['alerts']
  readonly commands?: Linted['commands']
  /** What the files of the proxy tell before it is up; absent: nothing. */
  readonly onDisk?: OnDisk | undefined
  /** Rules of theirs that monitoring of ours asks; absent: nobody watches. */
  readonly rules?: RuleSet | undefined
  /** The monitoring that they have themselves: asked in place of that, where it answers. */
  readonly theirs?: TheirMonitoring | undefined
  /** Nothing is played unless it answers. */
  readonly mustAnswer?: boolean
  /** The service of their Prometheus, where it is not asked. */
  readonly passedOver?: string | undefined
}

export interface CheckOptions
  extends Checked,
    Pick<ExperimentOptions, 'engine' | 'stack' | 'signal' | 'version' | 'command' | 'repeats' | 'before'> {
  readonly wanted: Wanted
  /** Absent: each cell has a stack of its own, and `handlings` are known. */
  readonly pool?: StackPool
  readonly handlings?: Handlings
  /** Folder of this check: made here, or that of the variants that were played `before`. */
  readonly folder: string
  /** Everything but the deeds. */
  readonly isDry?: boolean
  /** Only what falls to this shard is played; absent: all. */
  readonly shard?: Sharing | undefined
  /** How often each cell is played; default: once. */
  readonly times?: number
  readonly say: (text: string) => void
  /** Who tells of it, once it is known what is played. */
  readonly reporterFor: (explained: Explained) => ExperimentOptions['reporter']
}

export interface CheckEnd extends ExperimentEnd, Pick<Cells, 'left'> {
  readonly folder: string
}

interface Planned extends Explained {
  readonly notes: readonly string[]
  /** What proves less than it seems to. */
  readonly traps: readonly Mistake[]
}

/** What would be played, as far as it is known before anything is started: of timeouts Nginx's own are assumed. */
export function planned(given: Omit<Checked, 'raise'>, wanted: Wanted, times = 1): Planned {
  const checked = assumedOf(given)
  const { onDisk, description } = checked
  if (!onDisk || wanted.handlings)
    return madeOf(checked, cellsIn(checked, wanted), { handlings: wanted.handlings, times })
  const { handlings } = onDisk
  const { cells, left } = cellsIn(checked, { ...wanted, handlings, quick: false })
  const unlikely = unfitOnDisk(cells, description, onDisk)
  const likely = cells.filter(({ name }) => !unlikely.some(({ cell }) => cell === name))
  const chosen = { left, cells: wanted.quick ? quickOf(likely) : likely }
  return { ...madeOf(checked, chosen, { handlings, times }), unlikely }
}

/** Before anybody was asked: that theirs answers. */
function assumedOf<C extends Omit<Checked, 'raise'>>(checked: C): C {
  const { theirs, description } = checked
  if (!theirs) return checked
  const { service, port: prometheus } = theirs.prometheus
  const monitoring = { service, prometheus, rules: '', metrics: {}, theirs }
  return { ...checked, description: watchedByThem(description, monitoring), rules: undefined }
}

/** What is known once the stack is there: whether theirs answers, and what it says of itself. */
async function watchedBy(options: CheckOptions, lent: Stack | undefined): Promise<CheckOptions> {
  const { theirs, description, raise, engine, signal } = options
  if (!theirs) return options
  const known = async (stack: Stack): Promise<CheckOptions> => {
    const { monitoring } = stack.description
    const their = await theirRules(stack, signal)
    if (!their && options.mustAnswer) throw unanswered(theirs.prometheus.service)
    if (!their || !monitoring) return { ...options, theirs: undefined, passedOver: theirs.prometheus.service }
    return { ...options, description: watchedByThem(description, monitoring), rules: undefined, their }
  }
  if (lent) return await known(lent)
  // Each cell attaches anew, and what it is held for must be known before.
  return await inScope(engine, async (scope) => await known((await raise({ ...scope, signal })).stack))
}

/** Those of the catalogue, and of the user's own commands. */
const cellsIn = ({ description, own }: Omit<Checked, 'raise'>, wanted: Wanted) =>
  cellsOf(description, wanted, [...modes, ...(own?.modes ?? [])])

function madeOf(
  checked: Omit<Checked, 'raise'>,
  { cells, left }: Cells,
  { times, ...known }: Pick<Asking, 'handlings' | 'taken'> & { times: number },
): Planned {
  const runs = plannedCells({ ...checked, cells: again(cells, times), ...known })
  const notes = [...lintCheck(checked), ...deafIn(checked, runs), ...(checked.own?.notes ?? [])]
  return { runs, left, traffic: checked.traffic, notes, traps: trapsIn(checked) }
}

const unanswered = (service: string) =>
  new BadgatewayError(
    'MONITOR_FAILED',
    `--monitoring theirs: ${service} cannot be asked for alerts`,
    'Without that option one of ours asks your rules.',
  )

/** By the hold of most cells: those that wait for a timeout of the proxy are longer. */
function deafIn(checked: Omit<Checked, 'raise'>, runs: readonly PlannedRun[]): string[] {
  const { rules, description, passedOver, their } = checked
  const held = runs.map(({ cell }) => cell.holdMs)
  if (held.length === 0) return []
  if (their) return [...their.notes, ...tooSlow(their, Math.min(...held))]
  if (!rules) return []
  const deaf = deafRules(rules, description, Math.min(...held))
  return passedOver === undefined ? deaf : [otherEyes(passedOver), ...deaf]
}

const otherEyes = (service: string) =>
  'Alerts are those of your rules on a Prometheus of ours, which asks the site for its pages each second. ' +
  `Yours (${service}) has other targets and labels: ` +
  'what fires here may not fire there, and what is dead here may fire there.'

const again = <T extends object>(cells: readonly T[], times: number): T[] =>
  cells.flatMap((cell) => Array.from({ length: times }, () => ({ ...cell })))

/** One stack, raised once, and every cell on it, one after the other: each an experiment with a record of its own. */
export async function check(given: CheckOptions): Promise<CheckEnd> {
  const { signal, wanted, folder, say, times = 1 } = given
  // What can be refused is refused before anything is started.
  const before = planned(given, wanted)
  if (before.runs.length === 0) throw nothingApplies(before.left)
  const { handlings, stack, ...chosen } = await chosenOn(given)
  const options = await watchedBy(given, stack)
  const taken = options.before?.map(({ record }) => record.plan.variant)
  const { notes, ...all } = madeOf(options, chosen, { handlings, times, taken })
  for (const note of notes) say(note)
  if (all.runs.length === 0) throw nothingApplies(all.left)
  const runs = await playedHere(options, all.runs)
  if (runs.length === 0) {
    await keepPlanned(folder, [])
    return { run: { variants: [] }, exitCode: exitCodes.pass, left: all.left, folder }
  }
  const long = runs.filter(({ cell }) => isLong(cell))
  if (long.length > 0) say(longWords(long))
  const plans = runs.map(({ plan }: PlannedRun) => plan)
  const disarmed = options.isDry ?? false
  const unsteady = new AbortController()
  const told = options.reporterFor({ ...all, runs })
  const reporter: LiveReporter = {
    ...told,
    onVariant: (variant) => {
      told.onVariant?.(variant)
      const why = unsteadyIn(variant)
      if (why !== undefined) unsteady.abort(why)
    },
  }
  const both = AbortSignal.any([signal, unsteady.signal])
  const end = await experiment({ ...options, signal: both, plans, folder, disarmed, reporter })
  if (unsteady.signal.aborted && end.exitCode !== exitCodes.unclean) {
    say(`The stack is not well under this traffic, so nothing more is played: ${String(unsteady.signal.reason)}`)
    return { ...end, exitCode: exitCodes.inconclusive, left: all.left, folder }
  }
  return { ...end, exitCode: disarmed ? dryExit(end) : end.exitCode, left: all.left, folder }
}

/** The cells that the stack has once it is up, what its proxy does, and which cells it has not; and who was lent. */
export async function chosenOn(
  options: Omit<Checked, 'raise'> & Pick<CheckOptions, 'raise' | 'pool' | 'signal' | 'wanted' | 'say' | 'handlings'>,
): Promise<Cells & { handlings: Handlings; stack: Stack | undefined }> {
  const { pool, raise, signal, wanted, say } = options
  const lent = await pool?.acquire('given', (place) => raise({ ...place, signal }))
  const handlings = lent ? await handlingsIn(lent.stack, say) : (options.handlings ?? {})
  const known = cellsIn(options, { ...wanted, handlings, quick: false })
  const fit = lent ? await fitting(known, lent.stack, handlings) : known
  return { ...fit, cells: wanted.quick ? quickOf(fit.cells) : fit.cells, handlings, stack: lent?.stack }
}

function nothingApplies(left: Cells['left']): BadgatewayError {
  const [first] = left
  const why = first ? `: ${first.cell}: ${first.because}` : ''
  return new BadgatewayError(
    'USAGE',
    `No cell of what is wanted can be played here${why}`,
    'badgateway check --list shows all.',
  )
}

/** A stack that fails users before anything is broken tells nothing, however often it is tried; undefined: well. */
function unsteadyIn({ record: { facts } }: ReportedVariant): string | undefined {
  const checked = factsOf(facts, 'steady-checked').at(-1)
  return checked && !checked.steady ? checked.because : undefined
}

/** A dry run proves nothing of the system: it is well when each cell was steady, looked at, and left nothing. */
function dryExit({ run, exitCode }: ExperimentEnd): ExitCode {
  if (exitCode === exitCodes.unclean || exitCode === exitCodes.environment) return exitCode
  const isWell = run.variants.every(({ record, verdict }) => cellRow(record, verdict)?.because.length === 0)
  return isWell ? exitCodes.pass : exitCodes.inconclusive
}

/** Lends one stack to all cells; its proxy forgets in between which servers have failed, as nothing else shows. */
export function cellPool(open: Parameters<typeof stackPoolOf>[0]): StackPool {
  return stackPoolOf(open, { between: ({ stack }) => stack.proxy().signal('HUP') })
}

/** Where a check is kept: `OUT/check/TIME`. */
export const checkFolder = (out: string, now: Date) => join(out, 'check', now.toISOString().replaceAll(':', '-'))
