import type { DeedOf } from '../../../../src/protocol/index.ts'
import { chance } from '../chooser.ts'
import { type Deed, nothing } from '../deed.ts'
import type { Exchange } from '../exchange.ts'
import type { Line } from '../line.ts'

/** So late, plus up to so much more: the same for the same seed and exchange. */
export const latency =
  (seed: number) =>
  ({ ms, jitterMs, of }: DeedOf<'latency'>): Deed => {
    const late = async (line: Line, exchange: Exchange) => {
      await line.wait(ms + chance(seed, `late#${exchange.number}`) * jitterMs)
      exchange.done()
    }
    if (of === 'request') {
      return {
        asked: async (line, exchange): Promise<'pass'> => {
          await late(line, exchange)
          return 'pass'
        },
      }
    }
    if (of === 'first-byte') {
      return {
        answers: async (line, exchange, { head }) => {
          await late(line, exchange)
          return head.bytes
        },
      }
    }
    const held = new WeakSet<Exchange>()
    // Of a body in chunks the first thing is a size.
    const hold = async (line: Line, exchange: Exchange, bytes: Buffer) => {
      if (!held.has(exchange)) {
        held.add(exchange)
        await late(line, exchange)
      }
      return bytes
    }
    return { data: hold, framing: hold }
  }

/** Parts of a second in which as much is sent as that time allows. */
const slicesPerS = 20

/** The answer comes no faster, header and all. */
export const bandwidth = ({ bytesPerS }: DeedOf<'bandwidth'>): Deed => {
  const most = Math.max(1, Math.floor(bytesPerS / slicesPerS))
  const slowly = async (line: Line, exchange: Exchange, bytes: Buffer) => {
    exchange.done()
    for (let at = 0; at < bytes.length && !line.isOver; at += most) {
      const slice = bytes.subarray(at, at + most)
      await line.answer(slice)
      await line.wait((slice.length / bytesPerS) * 1_000)
    }
    return nothing
  }
  return {
    answers: (line, exchange, { head }) => slowly(line, exchange, head.bytes),
    data: slowly,
    framing: slowly,
  }
}

/** Closed when nothing was asked for so long, which is sooner than the proxy expects. */
export const idleClose = ({ afterMs }: DeedOf<'idle-close'>): Deed => {
  const arm = (line: Line, exchange: Exchange) =>
    line.onIdle(afterMs, () => {
      // What has been asked meanwhile is not answered yet: that is not idle.
      if (line.waiting.some((one) => one !== exchange)) return
      exchange.done()
      line.fin()
    })
  return {
    ended: arm,
    // What nobody understands has no end: it is idle when nothing has passed.
    data: (line, exchange, bytes) => {
      if (exchange.isRaw) arm(line, exchange)
      return bytes
    },
  }
}

/** Closed without an answer as the N-th request on the connection arrives: the keep-alive race, made certain. */
export const raceClose = ({ onRequest }: DeedOf<'race-close'>): Deed => ({
  asked: (line, exchange) => {
    if (line.requests < onRequest) return 'pass'
    exchange.done()
    line.fin()
    return 'over'
  },
})
