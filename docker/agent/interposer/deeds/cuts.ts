import type { DeedOf } from '../../../../src/protocol/index.ts'
import { type Deed, hasBody, nothing, upToMiddle } from '../deed.ts'
import type { Exchange } from '../exchange.ts'
import { rewrite } from '../head.ts'
import type { Line } from '../line.ts'

type End = (line: Line) => Promise<void> | void

/** The same end at any point: a silence, a RST or a FIN. */
export function cutAt(at: DeedOf<'hang'>['at'], end: End): Deed {
  const over = async (line: Line, exchange: Exchange, last: Buffer = nothing) => {
    exchange.done()
    // At once: a server that closes meanwhile would end the connection in its own way.
    const sent = line.answer(last)
    await end(line)
    await sent
    return 'over' as const
  }
  if (at === 'accept') return { taken: over }
  if (at === 'request') return { asked: over }
  if (at === 'headers') return { answers: (line, exchange) => over(line, exchange) }
  return {
    data: async (line, exchange, bytes) => {
      const half = upToMiddle(exchange, bytes)
      return half ? await over(line, exchange, half) : bytes
    },
  }
}

export const hang = ({ at }: DeedOf<'hang'>): Deed =>
  cutAt(at, (line) => (at === 'accept' ? line.neverRead() : line.hang()))
export const reset = ({ at }: DeedOf<'reset'>): Deed => cutAt(at, (line) => line.reset())
export const fin = ({ at }: DeedOf<'fin'>): Deed => cutAt(at, (line) => line.fin())

/** More than the half of any first piece that is passed on. */
const promisedBytes = 1_048_576

/**
 * The answer promises more than comes: a length, or a chunk. One that promises otherwise, or nothing, gets a header
 * that does. One without a body is left as it is.
 */
export const truncate = ({ framing: wanted }: DeedOf<'truncate'>): Deed => ({
  answers: (_line, exchange, answer) => {
    const { head, framing } = answer
    if (!hasBody(answer)) return head.bytes
    const without = ['content-length', 'transfer-encoding']
    if (wanted === 'chunked') {
      // The half of its first piece, behind the size of all of it.
      exchange.bodyBytes = undefined
      if (framing.by === 'chunks') return head.bytes
      return rewrite(head, { without, add: ['Transfer-Encoding: chunked'] })
    }
    if (framing.by === 'length') return head.bytes
    exchange.isPromised = true
    return rewrite(head, { without, add: [`Content-Length: ${promisedBytes}`] })
  },
  framing: (_line, _exchange, bytes) => (wanted === 'chunked' ? bytes : nothing),
  data: async (line, exchange, bytes) => {
    const half = upToMiddle(exchange, bytes)
    if (!half) return bytes
    exchange.done()
    if (wanted === 'chunked' && exchange.framing.by !== 'chunks') await line.answer(sizeLine(bytes.length))
    await line.answer(half)
    line.fin()
    return 'over'
  },
  ended: (line, exchange) => {
    // Nothing came, and more was promised.
    if (exchange.isPromised) exchange.done()
    if (exchange.isPromised) line.fin()
  },
})

const sizeLine = (bytes: number) => Buffer.from(`${bytes.toString(16)}\r\n`)
