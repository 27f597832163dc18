import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from '../backend/exchange.ts'
import { web } from '../backend/web.ts'

interface Settings {
  /** What it takes to put a page together, ms. */
  pageMs?: number
  /** Pages that are put together at a time before there is a line. */
  roomFor?: number
  /** Of a ticket, for each of those ahead. */
  ticketBytes?: number
  /** False: a place in the line is a number, and nobody keeps anything: the leak is fixed. */
  tickets?: boolean
  /** Where whoever waits is told that the line is gone. */
  line?: EventEmitter
}

/**
 * Pages that are put together for each visitor. Whoever comes while more than `roomFor` are under way gets a ticket
 * with
 * the line on it, to be void when the line is gone. That listener is never taken back, and keeps its ticket: a leak
 * that nobody meets as long as there is no line, and that is the worse the longer it is. Node suspects it, and says
 * so once in the log.
 */
export function personalPages(settings: Settings = {}) {
  const { pageMs = 250, roomFor = 22, ticketBytes = 16_384, tickets = true, line = new EventEmitter() } = settings
  let underWay = 0
  return async (exchange: Exchange): Promise<void> => {
    underWay += 1
    if (tickets && underWay > roomFor) takeTicket(line, (underWay - roomFor) * ticketBytes)
    try {
      await sleep(pageMs)
      if (!exchange.socket.destroyed) web(exchange)
    } finally {
      underWay -= 1
      if (underWay === 0) line.emit('gone')
    }
  }
}

/** Outside of Node's heap, and filled, since the kernel counts a page only once it is written to. */
function takeTicket(line: EventEmitter, bytes: number): void {
  const ticket = Buffer.alloc(bytes, 1)
  line.on('gone', () => {
    ticket[0] = 0
  })
}
