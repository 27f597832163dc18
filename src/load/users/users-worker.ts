import { parentPort, workerData } from 'node:worker_threads'
import { Books } from '../books/books.ts'
import type { Answer, OrderMessage, Setup, StopMessage, WorkerMessage } from '../books/wire.ts'
import { filled, hideCredentials } from '../mix/fill.ts'
import { mostRateOf, poolOf, type UsersSpec } from '../types.ts'
import { raisePriority, type Turn } from './raise-priority.ts'
import { Users } from './users.ts'
import { warmUp } from './warm-up.ts'

/** All threads have heard by then that they are to begin, where the machine is not busy. */
const beginAfterNs = 1_000_000n

const given = workerData as Setup<UsersSpec>
const mix = filled(given.spec.mix, given.env ?? process.env)
hideCredentials(given.targets)
const setup = { ...given, spec: { ...given.spec, mix } }
const { spec, shared, thread, threads } = setup
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('users', poolOf(spec), shared, (part) => tell({ kind: 'second', part }), thread)
const users = new Users(setup, books)
let turn: Turn = 'normal'

/** The first thread that is told to begin says when; by the one clock that all threads have. */
function begin(): void {
  const now = process.hrtime.bigint()
  const before = Atomics.compareExchange(shared.begin, 0, 0n, now + beginAfterNs)
  const at = before === 0n ? now + beginAfterNs : before
  users.start(performance.now() + Number(at - now) / 1e6)
}

function obey(order: OrderMessage): Answer {
  switch (order.kind) {
    case 'go':
      begin()
      return {}
    case 'hold':
      return { atMs: users.hold() }
    case 'change':
      turn = raisePriority(order.ratePerS / threads, turn)
      return { change: users.change(order) }
  }
}

parentPort?.on('message', (message: StopMessage | OrderMessage) => {
  if (message.kind !== 'stop') tell({ kind: 'answer', number: message.number, answer: obey(message) })
  else void users.stop(message.drainMs, message.untilMs).then((part) => tell({ kind: 'ended', part }))
})
await warmUp(setup)
await users.prepare()
turn = raisePriority(mostRateOf(spec) / threads, turn)
tell({ kind: 'ready' })
