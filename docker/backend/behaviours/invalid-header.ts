import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'
import { writeRaw } from '../exchange.ts'

const body = 'invalid header\n'
const length = `Content-Length: ${body.length}`

/** Header lines that Nginx refuses, each under the name of what is wrong with it. */
const forms = {
  'space-in-name': [length, 'Foo Bar: x'],
  'nul-in-value': [length, 'Foo: a\0b'],
  'duplicate-length': [length, length],
  'length-and-chunked': [length, 'Transfer-Encoding: chunked'],
  'unknown-encoding': ['Transfer-Encoding: gzip, chunked'],
  'invalid-length': ['Content-Length: abc'],
  'no-status-line': null,
} as const satisfies Record<string, readonly string[] | null>

const names = Object.keys(forms) as [keyof typeof forms, ...(keyof typeof forms)[]]

/** Sends an answer whose header breaks the rules, and closes. */
export const invalidHeader = behaviour(
  'invalid-header',
  { form: z.optional(z.enum(names)) },
  {
    act: ({ form = 'space-in-name' }, exchange) => {
      exchange.request.resume()
      const lines = forms[form]
      if (lines) writeRaw(exchange, ['HTTP/1.1 200 OK', ...lines], body)
      else writeRaw(exchange, ['hello'], body)
      exchange.socket.end()
      return 'done'
    },
  },
)
