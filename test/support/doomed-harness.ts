import { startGuard } from '../../src/cleanup/guard.ts'
import { UndoStack } from '../../src/cleanup/undo-stack.ts'
import { connectEngine } from '../../src/engine/engine.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { intend } from '../../src/engine/on-record.ts'
import { realClock } from '../../src/kit/clock.ts'
import { doomedJournal } from './doomed-journal.ts'

/**
 * A small harness that is made to be killed: it raises containers, changes one, and says in one line each how far it
 * is. After its last word it waits for ever. Arguments: run id, journal file, image, number of containers.
 */
const [runId = '', journalFile = '', image = '', count = '3'] = process.argv.slice(2)
const say = (word: string) => void process.stdout.write(`${word}\n`)

const { docker, dockerHost } = await connectEngine(process.env)
const journal = await doomedJournal(runId, journalFile)
say('journal')
const guard = await startGuard({ runId, journalFile, dockerHost })
const undo = new UndoStack({ docker, runId, journal, guard })
say(`guard ${guard.pid}`)

const Labels = runLabels({ runId, journalFile })
const network = async (Name: string, Internal: boolean) => {
  const made = await intend(Labels, { kind: 'network', name: Name })
  made((await docker.createNetwork({ Name, Internal, Labels })).id)
}
const volume = async (Name: string) => {
  const made = await intend(Labels, { kind: 'volume', name: Name })
  await docker.createVolume({ Name, Labels })
  made(Name)
}
await Promise.all([
  network(`badgateway-${runId}-internal`, true),
  network(`badgateway-${runId}-edge`, false),
  volume(`badgateway-${runId}-logs`),
])
say('networks')

const containers = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const name = `badgateway-${runId}-${index}`
    const made = await intend(Labels, { kind: 'container', name })
    const container = await docker.createContainer({
      name,
      Image: image,
      Cmd: ['sleep', 'infinity'],
      Labels,
      HostConfig: { NetworkMode: `badgateway-${runId}-internal`, Binds: [`badgateway-${runId}-logs:/logs`] },
    })
    made(container.id)
    await container.start()
    return container
  }),
)
say('containers')

const [first, second] = containers
if (!first || !second) throw new Error('two containers at least')
const files = [{ path: '/etc/motd', content: Buffer.from('before\n').toString('base64') }]
await undo.register({ verb: 'write-files', container: first.id, files, signal: null }, 'the bad file')
say('promised')
const exec = await first.exec({ Cmd: ['sh', '-c', 'echo bad > /etc/motd'] })
await exec.start({})
say('changed')
await undo.register({ verb: 'unpause', container: second.id }, 'the pause')
await second.pause()
say('paused')
await realClock.sleep(10 * 60_000)
