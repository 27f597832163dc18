import { parentPort, workerData } from 'node:worker_threads'
import { Books } from './books.ts'
import { filled, hideCredentials } from './fill.ts'
import { Pressure } from './pressure.ts'
import type { PressureSpec } from './types.ts'
import type { OrderMessage, Setup, StopMessage, WorkerMessage } from './wire.ts'

const given = workerData as Setup<PressureSpec>
const mix = filled(given.spec.mix, given.env ?? process.env)
hideCredentials(given.targets)
const setup = { ...given, spec: { ...given.spec, mix } }
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('pressure', 0, setup.shared, (part) => tell({ kind: 'second', part }))
const pressure = new Pressure(setup, books)

parentPort?.on('message', (message: StopMessage | OrderMessage) => {
  if (message.kind === 'stop') void pressure.stop(message.drainMs).then((part) => tell({ kind: 'ended', part }))
  else if (message.kind === 'go') tell({ kind: 'answer', number: message.number, answer: {} })
})
await pressure.start()
tell({ kind: 'ready' })
