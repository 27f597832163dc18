import { parentPort, workerData } from 'node:worker_threads'
import { Books } from './books.ts'
import { filled } from './fill.ts'
import { Pressure } from './pressure.ts'
import type { PressureSpec } from './types.ts'
import type { Setup, StopMessage, WorkerMessage } from './wire.ts'

const given = workerData as Setup<PressureSpec>
const mix = filled(given.spec.mix, given.env ?? process.env)
const setup = { ...given, spec: { ...given.spec, mix } }
const tell = (message: WorkerMessage) => parentPort?.postMessage(message)

const books = new Books('pressure', 0, setup.shared, (sample) => tell({ kind: 'sample', sample }))
const pressure = new Pressure(setup, books)

parentPort?.on('message', (message: StopMessage) => {
  void pressure.stop(message.drainMs).then((summary) => tell({ kind: 'ended', summary }))
})
await pressure.start()
tell({ kind: 'started' })
