import { type Finding, read, type Status, thresholdsKept } from '../../checks/index.ts'
import { canDrain } from '../../deploy/index.ts'
import { type ExperimentOptions, experiment } from '../../experiment.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import type { ReportedVariant } from '../../reporters/index.ts'
import type { Plan } from '../../run/index.ts'
import type { Stack, StackPool } from '../../stack/index.ts'
import type { Checked } from '../flow.ts'
import { type Knee, type KneeStep, kneeOf, nextRate, type Search, type StepStatus } from './knee.ts'
import { type AskedThreshold, deployPlan, type GatePlanning, requestsOf, spikePlan, stepPlan } from './plans.ts'

/** What a gate asks. */
export interface GateAsked {
  readonly thresholds: readonly AskedThreshold[]
  readonly stepMs: number
  /** A step may be so long: what lower rates would need is not tried. */
  readonly longestStepMs: number
  /** The rate that deploys are played at; absent: a share of the knee, which is sought. */
  readonly ratePerS?: number | undefined
  /** Where the search begins; absent: at the traffic's rate, or the lowest that a step can tell of. */
  readonly fromRate?: number | undefined
  readonly mostRate: number
  /** Of the knee, 0 … 1. */
  readonly share: number
  readonly spikeTimes: number
}

export interface GateOptions
  extends Omit<Checked, 'own' | 'expect' | 'data'>,
    Pick<ExperimentOptions, 'engine' | 'stack' | 'signal' | 'version' | 'command' | 'folder' | 'reporter'> {
  readonly asked: GateAsked
  readonly pool: StackPool
  /** A stage begins, in words. */
  readonly onStage: (about: string) => void
  readonly onStep: (step: KneeStep) => void
}

/** A deploy under load, or a comparison. */
export interface GateStage {
  readonly name: string
  readonly about: string
  readonly status: Status
  /** What was not kept, or why nobody can tell; of one that passed, its figures. */
  readonly because: readonly string[]
}

export interface GateEnd {
  /** Null: it was not sought. */
  readonly knee: Knee | null
  readonly steps: readonly KneeStep[]
  /** The rate of the deploys; null: there was none to play them at. */
  readonly ratePerS: number | null
  readonly stages: readonly GateStage[]
  /** Stages that were not played, and why. */
  readonly left: readonly { readonly name: string; readonly because: string }[]
  readonly variants: readonly ReportedVariant[]
  readonly exitCode: ExitCode
}

/** What keeps the budgets and what does not are so many times apart in the end. */
const precision = 1.15
const reloads = 3

/** Finds the knee of a stack, and deploys at a share of it: each step and each stage an experiment in one folder. */
export async function gate(options: GateOptions): Promise<GateEnd> {
  const { asked, pool, raise, signal } = options
  const planning = planningOf(options)
  const { stack } = await pool.acquire('given', (place) => raise({ ...place, signal }))
  const drained = await drainable(stack)
  const player = new Player(options)
  const sought = asked.ratePerS === undefined ? await seek(player, planning, options) : { knee: null, steps: [] }
  const knee = sought.knee?.ratePerS
  const ratePerS = asked.ratePerS ?? (knee == null ? null : Math.max(1, Math.round(knee * asked.share)))
  const played =
    ratePerS === null ? { stages: [], left: [] } : await deploys(player, planning, { options, ratePerS, drained })
  const { variants, worst } = player
  const end = { ...sought, ratePerS, ...played, variants }
  return { ...end, exitCode: worst ?? exitOf(end, signal) }
}

export function planningOf({
  description,
  traffic,
  asked,
}: Pick<GateOptions, 'description' | 'traffic' | 'asked'>): GatePlanning {
  const { thresholds, stepMs } = asked
  return { description, traffic, thresholds, stepMs }
}

/** Plays one plan after the other in one folder, whose reports tell of all of them. */
class Player {
  readonly variants: ReportedVariant[] = []
  /** What ends a gate: the harness or the machine broke, or it is not proven clean. */
  worst: ExitCode | undefined
  private readonly options: GateOptions

  constructor(options: GateOptions) {
    this.options = options
  }

  get isOver(): boolean {
    return this.worst !== undefined || this.options.signal.aborted
  }

  /** Undefined: it could not be played. */
  async play(plan: Plan): Promise<ReportedVariant | undefined> {
    const { reporter } = this.options
    const quiet = { ...reporter, onEnd: () => undefined }
    const before = [...this.variants]
    const end = await experiment({
      ...this.options,
      reporter: quiet,
      before,
      plans: [plan],
      disarmed: false,
      repeats: 1,
    })
    this.variants.push(...end.run.variants)
    if (end.exitCode === exitCodes.environment || end.exitCode === exitCodes.unclean) this.worst = end.exitCode
    return end.run.variants[0]
  }
}

/** The lowest rate that a step can tell of. */
const leastRate = ({ thresholds, longestStepMs }: GateAsked) =>
  Math.ceil(requestsOf(thresholds) / (longestStepMs / 1_000))

export function searchOf({ asked, traffic }: Pick<GateOptions, 'asked' | 'traffic'>): Search {
  const least = leastRate(asked)
  const from = Math.min(asked.mostRate, asked.fromRate ?? Math.max(least, traffic.ratePerS))
  return { from, least: Math.min(least, from), most: asked.mostRate, within: precision }
}

async function seek(player: Player, planning: GatePlanning, { asked, traffic, onStage, onStep }: GateOptions) {
  const search = searchOf({ asked, traffic })
  const steps: KneeStep[] = []
  for (let rate = nextRate(search, steps); rate !== undefined && !player.isOver; rate = nextRate(search, steps)) {
    onStage(`${rate} requests a second`)
    const met = await player.play(stepPlan(planning, rate))
    if (!met) break
    const step = { ratePerS: rate, ...stepStatus(met, planning.thresholds) }
    steps.push(step)
    onStep(step)
  }
  return { steps, knee: kneeOf(search, steps) }
}

const words: Readonly<Record<Status, StepStatus>> = { pass: 'kept', fail: 'broken', inconclusive: 'unclear' }

/** What a step says of its rate: as an experiment first, then by its thresholds. */
export function stepStatus(
  { record, verdict }: Pick<ReportedVariant, 'record' | 'verdict'>,
  thresholds: readonly AskedThreshold[],
): { status: StepStatus; because: string } {
  const gates = verdict.findings.filter(({ about, status }) => about === 'validity' && status !== 'pass')
  if (gates.length > 0) return { status: 'unclear', because: gates.map(({ because }) => because).join('; ') }
  const findings = thresholdsKept(read(record), thresholds)
  const wrong = ['inconclusive', 'fail'] as const
  const status = wrong.find((one) => findings.some((finding) => finding.status === one)) ?? 'pass'
  const told = status === 'pass' ? findings : findings.filter((finding) => finding.status === status)
  return { status: words[status], because: told.map(findingWords).join('; ') }
}

const findingWords = ({ title, because }: Pick<Finding, 'title' | 'because'>) => `${title}: ${because}`

/** Groups whose servers can be taken out of the proxy's configuration one by one. */
async function drainable(stack: Stack): Promise<readonly string[]> {
  const groups = Object.keys(stack.description.upstreams)
  const found = await Promise.all(groups.map((group) => canDrain(stack.proxy(), stack.servers(group))))
  return groups.filter((_, at) => found[at])
}

interface Deploys {
  readonly options: GateOptions
  readonly ratePerS: number
  readonly drained: readonly string[]
}

/** Each kind of deploy at this rate; a threshold with `abortOnFail` that is broken ends it. */
async function deploys(player: Player, planning: GatePlanning, { options, ratePerS, drained }: Deploys) {
  const stages: GateStage[] = []
  const all = stagesOf(planning, { asked: options.asked, ratePerS, drained })
  const left = [...all.left]
  let ended: string | undefined
  for (const { name, about, plan } of all.plays) {
    if (ended !== undefined || player.isOver) {
      left.push({ name, because: ended ?? 'the gate had ended' })
      continue
    }
    options.onStage(about)
    const met = await player.play(plan)
    if (!met) continue
    stages.push({ name, about, ...judgedStage(met) })
    ended = abortedBy(met, planning.thresholds)
  }
  return { stages, left }
}

interface Playable {
  readonly name: string
  readonly about: string
  readonly plan: Plan
}

/** What is deployed: what the stack cannot do is told. Pure. */
export function stagesOf(
  planning: GatePlanning,
  { asked, ratePerS, drained }: { asked: Pick<GateAsked, 'spikeTimes'>; ratePerS: number; drained: readonly string[] },
): { plays: Playable[]; left: { name: string; because: string }[] } {
  const at = `at ${ratePerS}/s`
  const deployed = (name: string, about: string, deed: Readonly<Record<string, unknown>>): Playable => {
    return { name, about: `${about} ${at}`, plan: deployPlan(planning, { name, about, ratePerS, deed }) }
  }
  const groups = Object.entries(planning.description.upstreams)
  const rolled = groups.filter(([, { servers }]) => servers.length > 1).map(([role]) => role)
  const alone = groups.flatMap(([role, { servers }]) => (servers.length > 1 ? [] : [role]))
  const spike = Math.round(ratePerS * asked.spikeTimes)
  const about = `${spike} requests a second in place of ${ratePerS}`
  const plays = [
    deployed('reload', `reload ${planning.description.proxy.service}, ${reloads} times`, {
      kind: 'reload-proxy',
      times: reloads,
    }),
    ...rolled.map((role) =>
      deployed(nameFor('rolling', role), `restart the servers of ${role} in turn`, { kind: 'rolling-restart', role }),
    ),
    ...rolled
      .filter((role) => drained.includes(role))
      .map((role) =>
        deployed(nameFor('drain', role), `drain and restart the servers of ${role} in turn`, {
          kind: 'rolling-restart',
          role,
          drain: true,
        }),
      ),
    { name: 'spike', about, plan: spikePlan(planning, { name: 'spike', about, calm: ratePerS, ratePerS: spike }) },
  ]
  const left = [
    ...alone.map((role) => ({
      name: nameFor('rolling', role),
      because: `${role} has one server: no other stands in for it`,
    })),
    ...rolled
      .filter((role) => !drained.includes(role))
      .map((role) => ({
        name: nameFor('drain', role),
        because: `no \`server\` line of ${role} can be marked \`down\``,
      })),
  ]
  return { plays, left }
}

/** `rolling-api`: a group may be called what no variant may. */
const nameFor = (what: string, role: string) =>
  `${what}-${role.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.replace(/-$/, '').slice(0, 56)

function judgedStage({ verdict }: Pick<ReportedVariant, 'verdict'>): Pick<GateStage, 'status' | 'because'> {
  const wrong = verdict.findings.filter(({ status }) => status === verdict.status && status !== 'pass')
  const told =
    wrong.length > 0 ? wrong : verdict.findings.filter(({ check }) => check === 'threshold' || check === 'deed-done')
  return { status: verdict.status, because: told.map(findingWords) }
}

function abortedBy({ verdict }: ReportedVariant, thresholds: readonly AskedThreshold[]): string | undefined {
  const broken = verdict.findings.filter(({ check, status }) => check === 'threshold' && status === 'fail')
  const fatal = thresholds.find(({ metric, is, abortOnFail }) => {
    return abortOnFail && broken.some(({ title }) => title === `${metric} ${is}`)
  })
  return fatal && `${fatal.metric} ${fatal.is} was broken, and ends it (abortOnFail)`
}

/** Of what it found: a broken threshold fails, what nobody can tell is inconclusive. */
export function exitOf(
  { knee, ratePerS, stages }: Pick<GateEnd, 'knee' | 'ratePerS' | 'stages'>,
  { aborted }: Pick<AbortSignal, 'aborted'>,
): ExitCode {
  if (aborted) return exitCodes.environment
  if (stages.some(({ status }) => status === 'fail')) return exitCodes.fail
  if (ratePerS === null) return knee?.above === 'budgets' ? exitCodes.fail : exitCodes.inconclusive
  const isUnclear = stages.some(({ status }) => status === 'inconclusive') || knee?.above === 'unclear'
  return isUnclear || stages.length === 0 ? exitCodes.inconclusive : exitCodes.pass
}
