import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { forgetScope, standGuard } from './cleanup/index.ts'
import {
  connectEngine,
  foreignHost,
  guardFiles,
  nothingOnRecord,
  ownerState,
  readOnRecord,
  removeCopies,
  removeOwners,
} from './engine/index.ts'
import { appendAfterDeath } from './journal/index.ts'
import { realClock } from './kit/clock.ts'
import { exitCodes, reasonOf } from './kit/errors.ts'
import { inert, inertLines } from './kit/inert.ts'

/**
 * A program of its own, started by `startGuard`. It ends when the harness sends it home, or has been cleaned up after.
 */
const text = { type: 'string', default: '' } as const
const { values } = parseArgs({ options: { run: text, journal: text, owner: text, engine: text, certificates: text } })
const { run: runId, journal, owner, engine, certificates } = values

const patienceMs = 120_000
const callMs = 8_000
/** Of a common call of the harness, as `connectEngine` has it. */
const harnessCallMs = 30_000
/** Thirty beats: a busy machine keeps an event loop for seconds, and never for so long. */
const leaseMs = 30_000

const log = (line: string) => void process.stderr.write(inertLines(`${new Date().toISOString()} ${inert(line)}\n`))

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => log(`${signal} is ignored`))
// The harness is gone, or the disk is full: neither may end a guard.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
process.on('uncaughtException', (thrown) => log(`uncaught: ${reasonOf(thrown)}`))

const end = await standGuard({
  runId,
  owner,
  input: process.stdin,
  output: process.stdout,
  connect: async () => {
    const allowHost = foreignHost(engine)
    const address = { DOCKER_HOST: engine, ...(certificates ? { DOCKER_CERT_PATH: certificates } : {}) }
    const { docker } = await connectEngine(address, { callMs, ...(allowHost ? { allowHost } : {}) })
    return docker
  },
  openRecord: () => appendAfterDeath(journal, realClock),
  onRecord: () => readOnRecord(journal, runId) ?? nothingOnRecord,
  leaveNote: (lines) => writeFile(guardFiles(journal).leftOver, lines.join('\n')),
  log,
  clock: realClock,
  patienceMs,
  leaseMs,
  callMs: harnessCallMs,
  harnessLives: () => ownerState(owner) === 'alive',
})
const copiesLeft = end === 'rescued' ? removeCopies(journal, runId) : undefined
if (copiesLeft !== undefined) log(copiesLeft)
if (end === 'rescued' && copiesLeft === undefined) {
  removeOwners(journal)
  // That of a stack which belongs to no run: there is nothing in it that anybody wants to read.
  forgetScope(journal)
}
process.exit(end === 'left-over' || copiesLeft !== undefined ? exitCodes.unclean : exitCodes.pass)
