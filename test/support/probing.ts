import type { HttpProbed } from '../../src/stack/beside/http-probe.ts'
import type { FakeStack } from './fake-stack.ts'

/** Lets HTTP probes from this service's container reach the living at port 8080. */
export function probing(stack: FakeStack, from: string): void {
  const refused: HttpProbed = { outcome: 'refused', status: null, because: 'connection refused' }
  const served: HttpProbed = { outcome: 'status', status: 200, because: 'status 200' }
  stack.seen.set(from, {
    ...stack.seen.get(from),
    httpProbe: ({ host, port }) => Promise.resolve(port === 8080 && !stack.dead.has(host) ? served : refused),
  })
}
