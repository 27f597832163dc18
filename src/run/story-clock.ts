import type { Journal } from '../journal/index.ts'

type Paper = Pick<Journal, 'now' | 'write'>

/** Later than this, ms, a timer is not: then something took longer than its time. */
const slackMs = 50

/**
 * The incident's clock while its story is told: it goes until the next step is due, stands while that cannot be
 * entered, and goes on with it. Written down whenever it starts, stands or goes on.
 */
export class StoryClock {
  private readonly journal: Paper
  /** When it was set, journal ms, what it showed, and what it shows at most. */
  private setT = 0
  private setMs = 0
  private mostMs = Infinity
  private timer: NodeJS.Timeout | undefined
  private stands = false
  /** What would keep it. */
  private reason = ''

  constructor(journal: Paper) {
    this.journal = journal
  }

  /** What it shows, ms. */
  now(): number {
    return Math.min(this.mostMs, this.setMs + this.journal.now() - this.setT)
  }

  /** What keeps the clock if it comes to stand from now on. */
  because(reason: string): void {
    if (this.isLate()) this.stand()
    this.reason = reason
  }

  /** It shows `ms`, and goes on until it shows `mostMs`. */
  goOn(ms: number, mostMs: number, because: string): void {
    clearTimeout(this.timer)
    if (this.isLate()) this.stand()
    this.setT = this.journal.now()
    this.setMs = ms
    this.mostMs = Math.max(ms, mostMs)
    this.stands = false
    this.journal.write({ kind: 'clock-set', incidentMs: ms, runs: true, because })
    this.watch()
  }

  /** Nobody waits for it any more. */
  stop(): void {
    clearTimeout(this.timer)
  }

  private isLate(): boolean {
    return this.setMs + this.journal.now() - this.setT > this.mostMs + slackMs
  }

  private watch(): void {
    if (!Number.isFinite(this.mostMs)) return
    const leftMs = Math.max(0, this.mostMs - this.now()) + slackMs
    this.timer = setTimeout(() => {
      try {
        // Only the journal's own time counts.
        if (this.now() < this.mostMs) this.watch()
        else this.stand()
      } catch {
        // A journal that cannot be written ends the run by itself.
      }
    }, leftMs)
    this.timer.unref()
  }

  private stand(): void {
    if (this.stands) return
    this.stands = true
    this.journal.write({ kind: 'clock-set', incidentMs: this.mostMs, runs: false, because: this.reason })
  }
}
