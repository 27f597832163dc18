import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'
import type { Exchange } from '../exchange.ts'

/** Requests that are served, and those that wait, in the order they came. */
class Places {
  readonly #waiting = new Set<() => void>()
  #served = 0

  enter(limits: { concurrent: number; queue: number }, { response }: Exchange): Promise<void> | 'full' {
    if (this.#served < limits.concurrent) {
      this.#serve(response)
      return Promise.resolve()
    }
    if (this.#waiting.size >= limits.queue) return 'full'
    return new Promise((resolve) => {
      const start = () => {
        response.off('close', leave)
        this.#waiting.delete(start)
        this.#serve(response)
        resolve()
      }
      // Whoever goes away while waiting makes room, and is never served.
      const leave = () => this.#waiting.delete(start)
      this.#waiting.add(start)
      response.once('close', leave)
    })
  }

  #serve(response: Exchange['response']): void {
    this.#served += 1
    response.once('close', () => {
      this.#served -= 1
      const [next] = this.#waiting
      next?.()
    })
  }
}

// Of the process: whoever is being served when the settings change goes on to count.
const places = new Places()

/**
 * A server that can do only so much: `concurrent` requests at once, each of which takes `ms`, and `queue` more that
 * wait. Whoever comes then is dropped (the connection is reset, as by a server at its limit of connections) or told 503
 * (`busy`). So it serves `concurrent / ms` requests a millisecond and no more, whatever is sent.
 */
export const capacity = behaviour(
  'capacity',
  {
    concurrent: z.int().check(z.positive(), z.lte(10_000)),
    ms: z._default(z.int().check(z.nonnegative(), z.lte(60_000)), 0),
    queue: z._default(z.int().check(z.nonnegative(), z.lte(100_000)), 0),
    full: z._default(z.enum(['drop', 'busy']), 'drop'),
  },
  {
    act: async ({ ms, full, ...limits }, exchange) => {
      const { request, response, socket } = exchange
      const turn = places.enter(limits, exchange)
      if (turn === 'full') {
        request.resume()
        if (full === 'drop') socket.resetAndDestroy()
        else response.writeHead(503, { 'content-type': 'text/plain' }).end('busy\n')
        return 'done'
      }
      await turn
      if (ms > 0) await sleep(ms)
      return 'next'
    },
  },
)
