import { BadgatewayError } from '../kit/errors.ts'
import { type LoadSample, pressureSpec, type RunningUsers } from '../load/index.ts'
import type { RunningSurge, Surge } from '../stack/index.ts'
import { type Ended, Loads, type Piece, type Wiring } from './loads.ts'

/** What a surge's open requests are waited for. */
const drainMs = 2_000

/** Users and pressure, on until stopped, told as facts. */
export interface Traffic {
  /** Newest second of the users; undefined before the first. */
  newest(): LoadSample | undefined
  /**
   * More load until `end` or `stop`. The users follow the last surge that has not ended; stages of theirs that are
   * still to come are dropped, and after the last surge they are as the plan ends. LOAD_FAILED when it cannot be.
   */
  surge(surge: Surge): Promise<RunningSurge>
  /** Ends everything, surges too, and gives every load there was. */
  stop(drainMs: number): Promise<Ended[]>
}

/** Starts the load of the plan; LOAD_FAILED when a generator cannot start. */
export async function startTraffic(wiring: Wiring): Promise<Traffic> {
  const loads = new Loads(wiring)
  try {
    const users = await loads.startUsers()
    if (wiring.spec.pressure) await loads.startPressure(wiring.spec.pressure)
    const surges = new Surges(wiring, loads, users)
    return {
      newest: () => loads.newest,
      surge: (surge) => surges.begin(surge),
      stop: (drainMs) => loads.stop(drainMs),
    }
  } catch (thrown) {
    await loads.stop(0)
    throw thrown
  }
}

interface Crowd {
  ratePerS: number
  users: number
}

/** Load that comes and goes in the middle of a run. */
class Surges {
  private readonly wiring: Wiring
  private readonly loads: Loads
  private readonly users: RunningUsers
  /** What the users are to be; the last one is in force, the first is the plan's. */
  private readonly crowds: Crowd[]
  private count = 0

  constructor(wiring: Wiring, loads: Loads, users: RunningUsers) {
    this.wiring = wiring
    this.loads = loads
    this.users = users
    const { ratePerS, stages, users: count } = wiring.spec.users
    this.crowds = [{ ratePerS: stages.at(-1)?.toRatePerS ?? ratePerS, users: count }]
  }

  async begin(surge: Surge): Promise<RunningSurge> {
    if (this.loads.over) throw new BadgatewayError('LOAD_FAILED', 'No surge: the load has ended', 'The run is over.')
    this.count += 1
    const number = this.count
    const piece = await this.press(surge, number)
    const users = surge.users?.users ?? this.crowds.at(-1)?.users ?? 1
    const crowd = surge.users && { ratePerS: surge.users.ratePerS, users }
    try {
      if (crowd) await this.follow([...this.crowds, crowd], surge.because)
    } catch (thrown) {
      if (piece) await this.relieve(piece, 'the surge could not be')
      throw thrown
    }
    let ended: Promise<void> | undefined
    const end = async () => {
      const because = `the surge has ended: ${surge.because}`
      const left = this.crowds.filter((one) => one !== crowd)
      if (crowd && !this.loads.over) await this.follow(left, because)
      if (piece) await this.relieve(piece, because)
    }
    return {
      end: () => {
        ended ??= end()
        return ended
      },
    }
  }

  /** Lets the users be as the last of these wants it. */
  private async follow(crowds: readonly Crowd[], because: string): Promise<void> {
    const before = this.crowds.at(-1)
    const now = crowds.at(-1)
    if (now && now !== before) await this.users.change(now)
    this.crowds.splice(0, this.crowds.length, ...crowds)
    if (now && now !== before) this.wiring.write({ kind: 'load-changed', source: 'users', ...now, because })
  }

  private async press({ pressure, because }: Surge, surge: number): Promise<Piece | undefined> {
    if (!pressure) return undefined
    const { mix, ...asked } = pressure
    const { spec, write } = this.wiring
    const parsed = pressureSpec.parse({ ...asked, mix: mix ?? (spec.pressure ?? spec.users).mix })
    const piece = await this.loads.startPressure(parsed, surge)
    const { connections, ratePerS = null } = parsed
    write({ kind: 'load-changed', source: 'pressure', surge, ratePerS, users: connections, because })
    return piece
  }

  private async relieve(piece: Piece, because: string): Promise<void> {
    await this.loads.end(piece, drainMs)
    const { surge } = piece
    this.wiring.write({
      kind: 'load-changed',
      source: 'pressure',
      ...(surge ? { surge } : {}),
      ratePerS: 0,
      users: 0,
      because,
    })
  }
}
