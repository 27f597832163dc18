import { onTheBeat } from '../kit/clock.ts'
import { asBadgatewayError, type BadgatewayError } from '../kit/errors.ts'
import type { DriftWatcher, MeasureAct, ProxyService, Release, Scene } from '../stack/index.ts'
import { diffReleases } from './diff.ts'
import { Effective, hashOfFiles, type Look, lookAt } from './drift.ts'
import { registerRestore } from './register-restore.ts'
import { readRelease } from './release.ts'
import { switchRelease } from './switch.ts'

const everyMs = 1_000
/** What differs is looked at again this soon: who writes files is done by then, and a witness of it has looked. */
const againMs = 700
const shownLines = 12
/** So many looks at a proxy that is up which come to nothing, one after the other, are told: nobody watches over it. */
const failuresInARow = 3
const measure = 'desired-state'

export interface DriftWatcherParts {
  place: Pick<Scene, 'stack' | 'clock' | 'registerUndo' | 'measures'>
  /** Absent: the proxy of the description. */
  service?: string
  onAct: (act: MeasureAct) => void
  /** Told once, until a look succeeds again, when looks at a proxy that is up come to nothing. */
  onBlind: (why: BadgatewayError) => void
}

/**
 * Looks every second whether the proxy's configuration is what the pipeline deployed last, tells the monitoring, and,
 * with the measure `desired-state`, puts it back. What was different once may be in the middle of being written: twice
 * it is a drift. Until `stop`.
 */
export function watchDrift(parts: DriftWatcherParts): DriftWatcher & { stop(): Promise<void> } {
  const drift = new DriftWatch(parts)
  const work = drift.watchOn()
  return {
    planned: (deploy) => drift.planned(deploy),
    desire: (release) => drift.desire(release),
    nextAct: () => drift.nextAct(),
    stop: async () => {
      drift.ending.abort()
      await work
    },
  }
}

class DriftWatch {
  readonly ending = new AbortController()
  private readonly parts: DriftWatcherParts
  private readonly waiting: ((act: MeasureAct) => void)[] = []
  private desired: Release | undefined
  private desiredHash = ''
  private effective: Effective | undefined
  /** How many deploys are under way, and how many there were: a look that one falls into says nothing. */
  private deploying = 0
  private deploys = 0
  private drift: { hash: string; sinceMs: number; looks: number } | undefined
  private unplanned = 0
  private lastDiff = ''
  private failures = 0

  constructor(parts: DriftWatcherParts) {
    this.parts = parts
  }

  async planned<T>(deploy: () => Promise<T>): Promise<T> {
    this.deploying += 1
    this.deploys += 1
    try {
      return await deploy()
    } finally {
      this.deploying -= 1
      this.deploys += 1
    }
  }

  desire(release: Release): void {
    this.desired = release
    this.desiredHash = hashOfFiles(release)
  }

  nextAct(): Promise<MeasureAct> {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  async watchOn(): Promise<void> {
    const { clock } = this.parts.place
    const beat = { everyMs: () => (this.drift?.looks === 1 ? againMs : everyMs), clock, signal: this.ending.signal }
    await onTheBeat(beat, () => this.look())
  }

  private async look(): Promise<void> {
    try {
      await this.tick(this.parts.place.stack.proxy(this.parts.service))
      this.failures = 0
    } catch (thrown) {
      if (this.deploying > 0 || this.ending.signal.aborted || (await this.isDown())) return
      this.failures += 1
      if (this.failures === failuresInARow) this.parts.onBlind(asBadgatewayError(thrown))
    }
  }

  /** A proxy that is down, stands still or is being replaced has no configuration to look at. */
  private async isDown(): Promise<boolean> {
    const { place, service } = this.parts
    try {
      const { running, paused } = await place.stack.proxy(service).state()
      return !running || paused
    } catch {
      // That nobody can tell is no excuse.
      return false
    }
  }

  private async tick(proxy: ProxyService): Promise<void> {
    const deploys = this.deploys
    const look = await lookAt(proxy)
    if (!this.desired) this.desire(await readRelease(proxy, 'the desired state'))
    this.effective ??= new Effective(look)
    const effective = this.effective.see(look)
    if (this.deploying > 0 || this.deploys !== deploys) return await this.tell(look)
    await this.judge(proxy, look, effective)
    await this.tell(look)
    const isDrift = this.drift !== undefined && this.drift.looks > 1
    if (isDrift && this.parts.place.measures.has(measure)) await this.restore(proxy)
  }

  private async judge(proxy: ProxyService, { onDisk }: Look, effective: string): Promise<void> {
    const hash = onDisk === this.desiredHash ? effective : onDisk
    if (hash === this.desiredHash) this.drift = undefined
    else if (this.drift?.hash === hash) this.drift.looks += 1
    else {
      const isNew = this.drift === undefined
      this.drift = { hash, sinceMs: this.parts.place.clock.now(), looks: 1 }
      if (isNew) this.unplanned += 1
      if (isNew) this.lastDiff = await this.diffOf(proxy)
    }
  }

  private async diffOf(proxy: ProxyService): Promise<string> {
    const now = await readRelease(proxy, 'what is there now')
    const lines = this.desired ? diffReleases(this.desired, now).flatMap((one) => one.lines) : []
    return lines.slice(0, shownLines).join(' ')
  }

  private async tell({ onDisk }: Look): Promise<void> {
    await this.parts.place.stack.agent.pushConfiguration({
      onDisk,
      effective: this.effective?.hash ?? onDisk,
      desired: this.desiredHash,
      deploying: this.deploying > 0,
      unplanned: this.unplanned,
      lastDiff: this.lastDiff,
    })
  }

  private async restore(proxy: ProxyService): Promise<void> {
    const { place, onAct } = this.parts
    const { desired, drift } = this
    if (!desired || !drift) return
    const now = await readRelease(proxy, 'what is there now')
    const strays = now.files.filter(({ path }) => !desired.files.some((file) => file.path === path))
    const target = { ...desired, files: [...desired.files, ...strays.map(({ path }) => ({ path, content: null }))] }
    await registerRestore(place, proxy, now, target)
    const scene = { ...place, signal: this.ending.signal }
    const { live, because, evidence } = await switchRelease(scene, proxy, now, target)
    if (!live) return
    this.drift = undefined
    const tookMs = place.clock.now() - drift.sinceMs
    const why = `not as deployed in ${drift.looks} looks (${this.lastDiff}); the desired state is back: ${because}`
    const act: MeasureAct = { measure, action: 'rolled-back', because: why, tookMs, evidence }
    onAct(act)
    for (const resolve of this.waiting.splice(0)) resolve(act)
  }
}
