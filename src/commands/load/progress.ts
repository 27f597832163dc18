import { showMs } from '../../kit/duration.ts'
import { add, type Ledger, total } from '../../kit/ledger.ts'
import type { LoadSample } from '../../load/index.ts'
import type { CommandIo } from '../io.ts'

/** What a pipe is told less often than a terminal, ms. */
const pipeEveryMs = 10_000
const terminalEveryMs = 1_000

/** One line, written anew on a terminal, of what became of the requests so far. */
export class Progress {
  private readonly io: Pick<CommandIo, 'err' | 'isTty' | 'columns'>
  private readonly forMs: number
  private readonly startedMs = performance.now()
  private readonly timer: NodeJS.Timeout
  private ledger: Ledger = {}
  private p99: number | undefined

  constructor(io: Pick<CommandIo, 'err' | 'isTty' | 'columns'>, forMs: number) {
    this.io = io
    this.forMs = forMs
    this.timer = setInterval(() => this.show(), io.isTty ? terminalEveryMs : pipeEveryMs)
    this.timer.unref()
  }

  heard({ ledger, latencyMs }: LoadSample): void {
    this.ledger = add(this.ledger, ledger)
    this.p99 = latencyMs?.p99
  }

  end(): void {
    clearInterval(this.timer)
    if (this.io.isTty) this.io.err('\r\x1b[K')
  }

  private show(): void {
    const passed = Math.min(performance.now() - this.startedMs, this.forMs)
    const counts = Object.entries(this.ledger).map(([name, count]) => `${name} ${count}`)
    const parts = [
      `${Math.floor(passed / 1_000)} s of ${showMs(this.forMs)}`,
      `${total(this.ledger)} ended`,
      ...counts,
      ...(this.p99 === undefined ? [] : [`p99 ${showMs(this.p99)}`]),
    ]
    const line = parts.join(', ')
    this.io.err(this.io.isTty ? `\r\x1b[K${line.slice(0, Math.max(20, this.io.columns - 1))}` : `${line}\n`)
  }
}
