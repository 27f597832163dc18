import type { Knock } from '../../src/stack/beside/knock.ts'
import type { FakeStack } from './fake-stack.ts'

/** Lets whoever knocks from this service's container reach the living at port 8080. */
export function knocking(stack: FakeStack, from: string): void {
  const refused: Knock = { outcome: 'refused', status: null, because: 'connection refused' }
  const served: Knock = { outcome: 'status', status: 200, because: 'status 200' }
  stack.seen.set(from, {
    ...stack.seen.get(from),
    knock: ({ host, port }) => Promise.resolve(port === 8080 && !stack.dead.has(host) ? served : refused),
  })
}
