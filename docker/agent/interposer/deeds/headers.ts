import type { DeedOf } from '../../../../src/protocol/index.ts'
import type { Course, Deed } from '../deed.ts'
import { rewrite } from '../head.ts'

/** A header longer than a proxy keeps room for. */
export const bigHeader = ({ bytes }: DeedOf<'big-header'>): Deed => ({
  answers: (_line, exchange, { head }) => {
    exchange.done()
    return rewrite(head, { add: [`X-Interposed: ${'x'.repeat(bytes)}`] })
  },
})

const lengths = ['content-length', 'transfer-encoding']

/** What is wrong with each: lines in place of those that say how long the body is, and a first line. */
const forms = {
  'space-in-name': { add: ['Foo Bar: x'] },
  'nul-in-value': { add: ['Foo: a\0b'] },
  'duplicate-length': { without: lengths, add: ['Content-Length: 5', 'Content-Length: 5'] },
  'length-and-chunked': { without: lengths, add: ['Content-Length: 5', 'Transfer-Encoding: chunked'] },
  'no-status-line': { first: 'hello' },
} as const satisfies Record<DeedOf<'invalid-header'>['form'], Parameters<typeof rewrite>[1]>

/** What fits those lengths, in place of the server's own, so that nothing else is wrong. */
const bodies = new Map<string, string>([
  ['duplicate-length', '12345'],
  ['length-and-chunked', '5\r\n12345\r\n0\r\n\r\n'],
])

export const invalidHeader = ({ form }: DeedOf<'invalid-header'>): Deed => ({
  answers: async (line, exchange, { head }): Promise<Course> => {
    exchange.done()
    const wrong = rewrite(head, forms[form])
    const body = bodies.get(form)
    if (body === undefined) return wrong
    await line.answer(Buffer.concat([wrong, Buffer.from(body)]))
    line.fin()
    return 'over'
  },
})

const endlessLine = Buffer.from(`X-Interposed: ${'x'.repeat(84)}\r\n`)
/** It ends by itself when nobody minds. */
export const mostEndlessBytes = 64 * 1_048_576

/** One line after the other, and never the empty one. */
export const endlessHeader = ({ everyMs }: DeedOf<'endless-header'>): Deed => ({
  answers: async (line, exchange, { head }): Promise<Course> => {
    exchange.done()
    await line.answer(Buffer.from(`${head.first.join(' ').trim()}\r\n`, 'latin1'))
    for (let sent = 0; sent < mostEndlessBytes && !line.isReleased; sent += endlessLine.length) {
      await line.answer(endlessLine)
      await line.wait(everyMs)
    }
    line.fin()
    return 'over'
  },
})

/** Another status in the server's own answer; its body is the server's. */
export const status = ({ code }: DeedOf<'status'>): Deed => ({
  answers: (_line, exchange, { head, framing }) => {
    exchange.done()
    const first = `${head.first[0]} ${code} Interposed`
    // An answer that had no body by its status must say so now, and one to HEAD says what it always said.
    const mustSay = framing.by === 'nothing' && exchange.method !== 'HEAD'
    return rewrite(head, mustSay ? { first, without: lengths, add: ['Content-Length: 0'] } : { first })
  },
})
