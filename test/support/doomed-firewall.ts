import { startGuard } from '../../src/cleanup/guard.ts'
import { UndoStack } from '../../src/cleanup/undo-stack.ts'
import { connectEngine } from '../../src/engine/engine.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { containerName, intend } from '../../src/engine/on-record.ts'
import { realClock } from '../../src/kit/clock.ts'
import { filterPackets } from '../../src/stack/beside/firewall.ts'
import { startSidecar } from '../../src/stack/beside/sidecar.ts'
import { serviceFrom } from '../../src/stack/service.ts'
import { doomedJournal } from './doomed-journal.ts'
import { fakeScene } from './fake-stack.ts'

/** A harness that is made to be killed while a packet filter of its is in force. Arguments: run id, journal, image. */
const [runId = '', journalFile = '', image = ''] = process.argv.slice(2)
const say = (word: string) => void process.stdout.write(`${word}\n`)

const { docker, dockerHost } = await connectEngine(process.env)
const journal = await doomedJournal(runId, journalFile)
const guard = await startGuard({ runId, journalFile, dockerHost })
say(`guard ${guard.pid}`)
const undo = new UndoStack({ docker, runId, journal, guard })
const Labels = runLabels({ runId, journalFile })
const name = containerName(Labels, 'web-1')
const made = await intend(Labels, { kind: 'container', name })
const container = await docker.createContainer({ name, Image: image, Entrypoint: ['sleep', 'infinity'], Labels })
made(container.id)
await container.start()
const address = '127.0.0.1'
const at = serviceFrom({ docker, containerId: container.id, ready: /^/, name: 'web-1', role: 'web', image, address })
const scene = fakeScene()
scene.stack.beside = () => startSidecar(docker, image, at)
await filterPackets({ ...scene, clock: realClock, registerUndo: undo.register }, { at, port: 8080, how: 'drop' })
say('filtered')
await realClock.sleep(10 * 60_000)
