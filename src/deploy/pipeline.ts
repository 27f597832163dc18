import type { Evidence } from '../kit/json.ts'
import type { FaultOutcome } from '../kit/outcomes.ts'
import type { Hearer, MeasureAct, ProxyService, Release, Scene } from '../stack/index.ts'
import { gates, type Passage } from './gates.ts'
import { planned } from './planned.ts'
import { currentRelease } from './release.ts'

export interface Deployment {
  outcome: FaultOutcome
  because: string
  acts: MeasureAct[]
  evidence: Evidence
}

/**
 * A deploy as the pipeline does it: with none of the measures it is what the incident had, files written and
 * Nginx reloaded. Each measure that is switched on adds its gate.
 */
export function deploy(
  scene: Scene,
  proxy: ProxyService,
  candidate: Release,
  hearer: Hearer = {},
): Promise<Deployment> {
  return planned(scene, () => deployThrough(scene, proxy, candidate, hearer))
}

async function deployThrough(
  scene: Scene,
  proxy: ProxyService,
  candidate: Release,
  hearer: Hearer,
): Promise<Deployment> {
  const acts: MeasureAct[] = []
  const current = await currentRelease(scene, proxy)
  // What went live is told by the gate that did it; those that only look add nothing to it.
  let served: Passage = { because: 'no gate was on', evidence: {} }
  for (const gate of gates.filter((one) => one.isOn(scene))) {
    const passage = await gate.pass({ ...hearer, scene, proxy, current, candidate })
    const { act, because, ends } = passage
    if (act) acts.push(act)
    if (ends !== undefined) {
      if (ends === 'in-force') scene.releases.record(candidate)
      return { outcome: ends, because, acts, evidence: { ...served.evidence, ...passage.evidence } }
    }
    if (!act) served = passage
  }
  scene.releases.record(candidate)
  scene.driftWatcher?.desire(candidate)
  return { outcome: 'in-force', because: served.because, acts, evidence: served.evidence }
}
