import type { Evidence } from '../kit/json.ts'
import type { FaultOutcome } from '../kit/outcomes.ts'
import type { Hearer, MeasureAct, ProxyService, Release, Scene } from '../stack/index.ts'
import { deployBlueGreen } from './blue-green.ts'
import { healthOf } from './health.ts'
import { writtenFiles } from './instruments.ts'
import { registerRestore } from './register-restore.ts'
import { tryOnStaging } from './staging.ts'
import { switchRelease } from './switch.ts'
import { validateRelease } from './validate.ts'

/** A deploy that is under way. */
export interface Deploying extends Hearer {
  readonly scene: Scene
  readonly proxy: ProxyService
  readonly current: Release
  readonly candidate: Release
}

/** What came of a gate. */
export interface Passage {
  readonly because: string
  readonly evidence: Evidence
  /** Of the measure whose gate it is. */
  readonly act?: MeasureAct
  /** The deploy is over, with this; absent: it goes on to the next gate. */
  readonly ends?: FaultOutcome
}

/** One gate of the pipeline: what a release has to pass, or how it goes live. */
export interface Gate {
  isOn(scene: Scene): boolean
  pass(deploying: Deploying): Promise<Passage>
}

const passageOf = (act: MeasureAct, ends?: FaultOutcome): Passage => {
  const { because, evidence } = act
  return { act, because, evidence, ...(ends === undefined ? {} : { ends }) }
}

const untilRejected = (act: MeasureAct): Passage => passageOf(act, act.action === 'rejected' ? 'rejected' : undefined)

/** Where there is a staging stack: the measures `staging` and `staging-parity` are what raises one. */
const onStaging: Gate = {
  isOn: ({ staging }) => staging !== undefined,
  pass: async ({ scene, candidate }) => {
    if (!scene.staging) return { because: 'there is no staging stack', evidence: {} }
    return untilRejected(await tryOnStaging(scene, scene.staging, candidate))
  },
}

const validation: Gate = {
  isOn: ({ measures }) => measures.has('config-validation'),
  pass: async ({ scene, proxy, candidate }) => untilRejected(await validateRelease(scene, proxy, candidate)),
}

/** Goes live as a second proxy, and not in the one that is there. */
const blueGreen: Gate = {
  isOn: ({ measures }) => measures.has('blue-green'),
  pass: async ({ scene, candidate, onLive }) => {
    const act = await deployBlueGreen(scene, candidate)
    if (act.action !== 'switched') return passageOf(act, 'kept-off')
    await onLive?.()
    return passageOf(act, 'in-force')
  },
}

/** What every pipeline does: the files are written, and Nginx reads them. */
const reload: Gate = {
  isOn: () => true,
  pass: async ({ scene, proxy, current, candidate, onLive }) => {
    await registerRestore(scene, proxy, current, candidate)
    const { live, because, evidence } = await switchRelease(scene, proxy, current, candidate)
    if (!live) return { because, evidence, ends: 'rejected' }
    await onLive?.()
    return { because, evidence }
  },
}

/**
 * The measure of the report: the whole last good release comes back, every file of it, so that no dependency that was
 * cleaned away meanwhile can stop it.
 */
const rollback: Gate = {
  isOn: ({ measures }) => measures.has('automated-rollback'),
  pass: async ({ scene, proxy, current, candidate }) => {
    const started = scene.clock.now()
    const health = await healthOf(scene, proxy)
    const act = (action: MeasureAct['action'], because: string, evidence: Evidence): MeasureAct => {
      return { measure: 'automated-rollback', action, because, tookMs: scene.clock.now() - started, evidence }
    }
    if (health.healthy) return passageOf(act('passed', health.because, {}))
    await proxy.writeFiles(writtenFiles(current))
    const back = await switchRelease(scene, proxy, candidate, current)
    const because = `health check failed (${health.because}); ${back.because}`
    const evidence = { health: health.because, ...back.evidence }
    if (!back.live) return passageOf(act('failed', because, evidence))
    return passageOf(act('rolled-back', because, evidence), 'rolled-back')
  },
}

/** In the order in which a release meets them. */
export const gates: readonly Gate[] = [onStaging, validation, blueGreen, reload, rollback]
