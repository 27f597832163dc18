import { type ClassCode, isAnsweredCode } from '../books/codes.ts'
import type { Dial } from './dial.ts'
import { Lane, type LaneOwner } from './lane.ts'
import type { Turn } from './relay.ts'

/** Wait before the next try after a failure, doubling with each in a row; half as much more or less by chance. */
const firstBackOffMs = 10
const longestBackOffMs = 1_000

/** What a connection asks of those who plan and count. */
export interface ConnectionPool extends Pick<LaneOwner, 'troubled' | 'repeated' | 'odd'> {
  /** Is there something to send on this free connection now? When not, the connection is kept until there is. */
  wantsRequest(connection: Connection): boolean
  /** One more request leaves now, by `connection.send`. */
  begin(connection: Connection): void
  ended(connection: Connection, lane: Lane, code: ClassCode): void
}

/** One connection of the closed loop: autocannon says when it is free, and lanes carry what it sends. */
export class Connection implements LaneOwner {
  private readonly pool: ConnectionPool
  private readonly turn: Turn
  private readonly lanes: Lane[]
  private lane: Lane | undefined
  /** autocannon waits for its answer. */
  private waits = false
  private failures = 0
  private resting: NodeJS.Timeout | undefined

  constructor(pool: ConnectionPool, turn: Turn, targets: readonly { dial: Dial; secure: boolean }[]) {
    this.pool = pool
    this.turn = turn
    this.lanes = targets.map(({ dial, secure }) => new Lane(this, dial, secure))
  }

  asked(): void {
    this.waits = true
    this.free()
  }

  /** Sends if autocannon has something to send, and the plan too. */
  free(): void {
    if (!this.waits || this.lane || this.resting || !this.pool.wantsRequest(this)) return
    this.pool.begin(this)
  }

  /** The lane that carries the next request. */
  laneTo(target: number): Lane | undefined {
    this.lane = this.lanes[target]
    return this.lane
  }

  /** Nothing that is open will be waited for. */
  close(): void {
    clearTimeout(this.resting)
    for (const lane of this.lanes) lane.close()
  }

  ended(lane: Lane, code: ClassCode): void {
    this.lane = undefined
    this.failures = isAnsweredCode(code) ? 0 : this.failures + 1
    this.pool.ended(this, lane, code)
    if (this.failures === 0) {
      this.pass()
      return
    }
    const ms = Math.min(firstBackOffMs * 2 ** (this.failures - 1), longestBackOffMs) * (0.5 + Math.random())
    this.resting = setTimeout(() => {
      this.resting = undefined
      this.pass()
    }, ms)
  }

  troubled(code: string): void {
    this.pool.troubled(code)
  }

  repeated(lane: Lane): void {
    this.pool.repeated(lane)
  }

  odd(reason: string): void {
    this.pool.odd(reason)
  }

  private pass(): void {
    this.waits = false
    this.turn.answer()
  }
}
