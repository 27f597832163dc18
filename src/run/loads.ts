import type { FactOf, NewFact } from '../journal/index.ts'
import {
  type LoadOptions,
  type LoadSample,
  type LoadSpec,
  type LoadSummary,
  type PressureSpec,
  type RunningLoad,
  type RunningUsers,
  startPressure,
  startUsers,
} from '../load/index.ts'

export interface Wiring {
  spec: LoadSpec
  target: string
  /** Name that a site with TLS is asked by; absent: the target's address. */
  siteName?: string | undefined
  runId: string
  write: (fact: NewFact) => void
  /** Journal time of an epoch instant. */
  toT: (epochMs: number) => number
  onBroken: (error: Error) => void
}

/** A load that has ended, and what its ids begin with. */
export interface Ended {
  prefix: string
  summary: LoadSummary
}

/** One generator; `surge` when it came in the middle of the run. */
export interface Piece {
  prefix: string
  surge: number | undefined
  load: RunningLoad
  ended?: Promise<Ended>
}

/** Every load of a run, each with ids, samples and a ledger of its own. */
export class Loads {
  newest: LoadSample | undefined
  /** Nothing more is started or changed. */
  over = false
  private readonly wiring: Wiring
  private readonly pieces: Piece[] = []

  constructor(wiring: Wiring) {
    this.wiring = wiring
  }

  async startUsers(): Promise<RunningUsers> {
    const prefix = `${this.wiring.runId}-u`
    const load = await startUsers(this.wiring.spec.users, this.options(prefix, undefined))
    this.pieces.push({ prefix, surge: undefined, load })
    return load
  }

  async startPressure(spec: PressureSpec, surge?: number): Promise<Piece> {
    const prefix = `${this.wiring.runId}-${surge === undefined ? 'p' : `s${surge}`}`
    const load = await startPressure(spec, this.options(prefix, surge))
    const piece = { prefix, surge, load }
    this.pieces.push(piece)
    // The run may have ended while the generator was starting.
    if (this.over) await this.end(piece, 0)
    return piece
  }

  /** Ends one load; however often it is asked, its ledger is written once. */
  end(piece: Piece, drainMs: number): Promise<Ended> {
    const { prefix, surge, load } = piece
    piece.ended ??= load.stop(drainMs).then((summary) => {
      this.wiring.write(closedFact(summary, surge))
      return { prefix, summary }
    })
    return piece.ended
  }

  async stop(drainMs: number): Promise<Ended[]> {
    this.over = true
    return await Promise.all(this.pieces.map((piece) => this.end(piece, drainMs)))
  }

  private options(idPrefix: string, surge: number | undefined) {
    const { target, onBroken, write, toT, spec } = this.wiring
    const onSample = (sample: LoadSample) => {
      if (sample.source === 'users') this.newest = sample
      const kept = spec.users.spreads && sample.source === 'users' ? { spread: sample.spread } : {}
      write({ ...sampleFact(sample, surge, toT), ...kept })
    }
    return { target, ...trustIn(this.wiring), idPrefix, onSample, onBroken }
  }
}

const bySurge = (surge: number | undefined) => (surge === undefined ? {} : { surge })

type NewSample = Omit<FactOf<'load-sample'>, 'n' | 't' | 'at'>

function sampleFact(sample: LoadSample, surge: number | undefined, toT: (ms: number) => number): NewSample {
  const t = (ms: number | null) => (ms === null ? null : toT(ms))
  const { fromMs, firstFailedMs, lastFailedMs, failedUntilMs, firstServedMs, lastServedMs, spread: _, ...rest } = sample
  return {
    kind: 'load-sample',
    ...rest,
    ...bySurge(surge),
    fromT: toT(fromMs),
    firstFailedT: t(firstFailedMs),
    lastFailedT: t(lastFailedMs),
    failedUntilT: t(failedUntilMs),
    firstServedT: t(firstServedMs),
    lastServedT: t(lastServedMs),
  }
}

function closedFact(summary: LoadSummary, surge: number | undefined): NewFact {
  const { source, planned, ledger, latencyMs, scheduleLagMs, achievedRate, users, oddities } = summary
  const figures = { planned, ledger, latencyMs, scheduleLagMs, achievedRate, users, ...(oddities ? { oddities } : {}) }
  return { kind: 'ledger-closed', source, ...bySurge(surge), ...figures }
}

/**
 * The site is one that this run has raised, on this machine, with whatever certificate its project has for trying it:
 * it is taken. That it ends is what `probe_ssl_earliest_cert_expiry` tells.
 */
function trustIn({ target, siteName }: Pick<Wiring, 'target' | 'siteName'>): Pick<LoadOptions, 'tls'> {
  const { protocol, hostname } = new URL(target)
  return protocol === 'https:' ? { tls: { name: siteName ?? hostname, insecure: true } } : {}
}
