import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { Books } from './books.ts'
import { rehearse } from './rehearsal.ts'
import { poolOf, type UsersSpec } from './types.ts'
import { Users } from './users.ts'
import type { ChangeMessage, Setup, StopMessage, WorkerMessage } from './wire.ts'

const setup = workerData as Setup<UsersSpec>
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('users', poolOf(setup.spec), setup.shared, (sample) => tell({ kind: 'sample', sample }))
const users = new Users(setup, books)

parentPort?.on('message', (message: StopMessage | ChangeMessage) => {
  if (message.kind === 'change') tell({ kind: 'changed', number: message.number, change: users.change(message) })
  else void users.stop(message.drainMs).then((summary) => tell({ kind: 'ended', summary }))
})
goFirst()
await rehearse(setup)
users.start()
tell({ kind: 'started' })

/** A machine that is busy with containers must not make the users late. On Linux this is of this one thread. */
function goFirst(): void {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGH)
  } catch {
    // Not allowed to everybody; the gate `load-healthy` tells when the users were late.
  }
}
