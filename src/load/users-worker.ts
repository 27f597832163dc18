import { parentPort, workerData } from 'node:worker_threads'
import { Books } from './books.ts'
import { rehearse } from './rehearsal.ts'
import type { UsersSpec } from './types.ts'
import { Users } from './users.ts'
import type { Setup, StopMessage, WorkerMessage } from './wire.ts'

const setup = workerData as Setup<UsersSpec>
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('users', setup.spec.users, setup.shared, (sample) => tell({ kind: 'sample', sample }))
const users = new Users(setup, books)

parentPort?.on('message', (message: StopMessage) => {
  void users.stop(message.drainMs).then((summary) => tell({ kind: 'ended', summary }))
})
await rehearse(setup)
users.start()
tell({ kind: 'started' })
