import { parentPort, workerData } from 'node:worker_threads'
import { Books } from './books.ts'
import { filled } from './fill.ts'
import { goFirst, type Turn } from './go-first.ts'
import { rehearse } from './rehearsal.ts'
import { mostRateOf, poolOf, type UsersSpec } from './types.ts'
import { Users } from './users.ts'
import type { ChangeMessage, Setup, StopMessage, WorkerMessage } from './wire.ts'

const given = workerData as Setup<UsersSpec>
const mix = filled(given.spec.mix, given.env ?? process.env)
const setup = { ...given, spec: { ...given.spec, mix } }
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('users', poolOf(setup.spec), setup.shared, (sample) => tell({ kind: 'sample', sample }))
const users = new Users(setup, books)
let turn: Turn = 'normal'

parentPort?.on('message', (message: StopMessage | ChangeMessage) => {
  if (message.kind === 'change') {
    turn = goFirst(message.ratePerS, turn)
    tell({ kind: 'changed', number: message.number, change: users.change(message) })
  } else void users.stop(message.drainMs).then((summary) => tell({ kind: 'ended', summary }))
})
await rehearse(setup)
turn = goFirst(mostRateOf(setup.spec), turn)
users.start()
tell({ kind: 'started' })
