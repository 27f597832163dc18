import { parentPort, workerData } from 'node:worker_threads'
import { Books } from '../books/books.ts'
import type { OrderMessage, Setup, StopMessage, WorkerMessage } from '../books/wire.ts'
import { filled, hideCredentials } from '../mix/fill.ts'
import type { PressureSpec } from '../types.ts'
import { Pressure } from './pressure.ts'

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
