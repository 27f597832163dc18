import { existsSync } from 'node:fs'
import { startGuard } from '../../src/cleanup/guard.ts'
import { raiseProject, readProject } from '../../src/compose/index.ts'
import { connectEngine } from '../../src/engine/engine.ts'
import { guardFiles } from '../../src/engine/guard-files.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { findOurs } from '../../src/engine/ours.ts'
import { realClock } from '../../src/kit/clock.ts'
import { composeOf } from './compose-tools.ts'
import { doomedJournal } from './doomed-journal.ts'

/**
 * A harness that is made to be killed while Compose raises a project of it. Says in one line each how far it is.
 * Arguments: run id, journal file, the project's folder, major version of Compose.
 */
const [runId = '', journalFile = '', folder = '', major = '2'] = process.argv.slice(2)
const say = (word: string) => void process.stdout.write(`${word}\n`)

const { tool, env } = await composeOf(major === '1' ? 1 : 2)
const engine = await connectEngine(process.env)
await doomedJournal(runId, journalFile)
const guard = await startGuard({ runId, journalFile, dockerHost: engine.dockerHost })
say(`guard ${guard.pid}`)

const said = new Set<string>()
const once = (word: string) => {
  if (!said.has(word)) say(word)
  said.add(word)
}
const look = async () => {
  if (existsSync(guardFiles(journalFile).copies)) once('copying')
  for (const { kind } of await findOurs(engine.docker, runId)) once(kind)
  setTimeout(() => void look(), 20)
}
void look()
const project = await readProject(tool, { folder, env })
const labels = runLabels({ runId, journalFile })
const raised = await raiseProject(tool, project, { engine, labels, proxyServices: ['edge'], say: () => undefined })
say(`ready ${raised.name}`)
await realClock.sleep(10 * 60_000)
