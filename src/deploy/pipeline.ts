import type { Evidence } from '../kit/json.ts'
import { type MeasureAct, type ProxyService, type Release, type Scene, writeBack } from '../stack/index.ts'
import { deployBlueGreen } from './blue-green.ts'
import { healthOf } from './health.ts'
import { planned } from './planned.ts'
import { changesBetween, readRelease } from './release.ts'
import { tryOnStaging } from './staging.ts'
import { switchRelease } from './switch.ts'
import { validateRelease } from './validate.ts'

export interface Deployment {
  outcome: 'in-force' | 'rejected' | 'rolled-back' | 'kept-off'
  because: string
  acts: MeasureAct[]
  evidence: Evidence
}

/**
 * A deploy as the pipeline does it: with none of the measures it is what the incident had, files written and
 * Nginx reloaded. Each measure that is switched on adds its stage.
 */
export function deploy(scene: Scene, proxy: ProxyService, candidate: Release): Promise<Deployment> {
  return planned(scene, () => deployInStages(scene, proxy, candidate))
}

async function deployInStages(scene: Scene, proxy: ProxyService, candidate: Release): Promise<Deployment> {
  const acts: MeasureAct[] = []
  const current = scene.releases.at(-1) ?? (await readRelease(proxy, 'the last good release'))
  if (scene.releases.length === 0) scene.releases.push(current)
  if (scene.staging) {
    const act = await tryOnStaging(scene, scene.staging, candidate)
    acts.push(act)
    if (act.action === 'rejected') return { outcome: 'rejected', because: act.because, acts, evidence: act.evidence }
  }
  if (scene.measures.has('config-validation')) {
    const act = await validateRelease(scene, proxy, candidate)
    acts.push(act)
    if (act.action === 'rejected') return { outcome: 'rejected', because: act.because, acts, evidence: act.evidence }
  }
  if (scene.measures.has('blue-green')) {
    const act = await deployBlueGreen(scene, candidate)
    acts.push(act)
    const outcome = act.action === 'switched' ? 'in-force' : 'kept-off'
    if (outcome === 'in-force') {
      await scene.live()
      scene.releases.push(candidate)
    }
    return { outcome, because: act.because, acts, evidence: act.evidence }
  }
  await promiseBack(scene, proxy, current, candidate)
  const switched = await switchRelease(scene, proxy, current, candidate)
  if (!switched.live) {
    return { outcome: 'rejected', because: switched.because, acts, evidence: switched.evidence }
  }
  await scene.live()
  if (scene.measures.has('automated-rollback')) {
    const act = await rollBackIfIll(scene, proxy, candidate, current)
    acts.push(act)
    if (act.action === 'rolled-back') {
      return { outcome: 'rolled-back', because: act.because, acts, evidence: { ...switched.evidence, ...act.evidence } }
    }
  }
  scene.releases.push(candidate)
  scene.keeper?.desire(candidate)
  return { outcome: 'in-force', because: switched.because, acts, evidence: switched.evidence }
}

/** Puts the way back on record: what the changed files hold now. */
export async function promiseBack(
  scene: Pick<Scene, 'promise'>,
  proxy: ProxyService,
  from: Release,
  to: Release,
): Promise<void> {
  const before = new Map(from.files.map((file) => [file.path, file.content]))
  const files = changesBetween(from, to).map(({ path }) => ({ path, content: before.get(path) ?? null }))
  if (files.length === 0) return
  await scene.promise(writeBack(proxy, files, 'HUP'), `restore release ${from.name} (${from.hash}) on ${proxy.name}`)
}

/**
 * The measure of the report: the whole last good release comes back, every file of it, so that no dependency that was
 * cleaned away meanwhile can stop it.
 */
async function rollBackIfIll(scene: Scene, proxy: ProxyService, deployed: Release, last: Release): Promise<MeasureAct> {
  const started = scene.clock.now()
  const health = await healthOf(scene, proxy)
  const measure = 'automated-rollback'
  if (health.healthy) {
    return { measure, action: 'passed', because: health.because, tookMs: scene.clock.now() - started, evidence: {} }
  }
  await proxy.writeFiles(last.files)
  const back = await switchRelease(scene, proxy, deployed, last)
  const because = `health check failed (${health.because}); ${back.because}`
  const evidence = { health: health.because, ...back.evidence }
  const action = back.live ? 'rolled-back' : 'failed'
  return { measure, action, because, tookMs: scene.clock.now() - started, evidence }
}
