// Time from "engine and images ready" to "steady", ours beside docker-compose's: the same services, images, files,
// limits and networks, and the same question asked of both. Rounds are interleaved (ours, theirs, theirs, ours),
// medians are compared, and the exit code is 1 when ours takes more than 1.3 times as long.
// Usage: node bench/boot.ts [rounds, default 3]. Needs Debian's docker-compose.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  connectEngine,
  type Engine,
  findOurs,
  removeThings,
  runLabels,
  testcontainersEnvironment,
} from '../src/engine/index.ts'
import { ensureImages, type ImageTags } from '../src/images/index.ts'
import { within } from '../src/kit/clock.ts'
import { dockerFolder } from '../src/kit/home.ts'
import { definitionsOf, measureNames, shopOf, stackSpec } from '../src/shop/index.ts'
import { connectAgent, raiseStack } from '../src/stack/index.ts'
import { writeCompose } from './support/compose-file.ts'
import { freePorts } from './support/free-ports.ts'
import { untilSteady } from './support/steady.ts'

const aim = 1.3
const bootLimitMs = 120_000
const size = { ...shopOf(stackSpec.parse({}), measureNames), edge: false }
const rounds = Number(process.argv[2] ?? 3)
const run = promisify(execFile)

interface Bench {
  engine: Engine
  images: ImageTags
  scratch: string
}

/** Milliseconds from nothing to steady. */
async function ours({ engine, images, scratch }: Bench, runId: string): Promise<number> {
  const labels = runLabels({ runId, journalFile: join(scratch, 'journal.jsonl') })
  const begun = performance.now()
  const stack = await raiseStack({
    docker: engine.docker,
    runId,
    labels,
    images,
    dockerFolder: dockerFolder(),
    ...definitionsOf(size),
  })
  try {
    await untilSteady(stack.entry, stack.agent)
    return performance.now() - begun
  } finally {
    await stack.tearDown()
  }
}

/** Writing the compose file is not counted. */
async function theirs({ engine, images, scratch }: Bench, runId: string): Promise<number> {
  const token = 'a-token-of-the-bench'
  const [sitePort, agentPort] = await freePorts()
  const labels = runLabels({ runId, journalFile: join(scratch, 'journal.jsonl') })
  const site = { images, dockerFolder: dockerFolder(), sitePort, agentPort, labels }
  const file = await writeCompose(definitionsOf(size).define(token), site, join(scratch, runId))
  const env = { ...process.env, DOCKER_HOST: engine.dockerHost, COMPOSE_PROJECT_NAME: runId }
  const begun = performance.now()
  try {
    await run('docker-compose', ['-f', file, 'up', '-d'], { env, timeout: bootLimitMs })
    await untilSteady(`http://127.0.0.1:${sitePort}`, connectAgent({ baseUrl: `http://127.0.0.1:${agentPort}`, token }))
    return performance.now() - begun
  } finally {
    await removeThings(engine.docker, await findOurs(engine.docker, runId))
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`

async function measure(bench: Bench): Promise<number> {
  const boots = { ours, theirs }
  const taken: Record<keyof typeof boots, number[]> = { ours: [], theirs: [] }
  let count = 0
  const boot = async (who: keyof typeof boots) => {
    count += 1
    const took = await within(bootLimitMs, `boot ${count}`, boots[who](bench, `bench-boot-${process.pid}-${count}`))
    console.log(`${who.padEnd(6)} ${seconds(took)}`)
    return took
  }
  console.log('warming up, not counted')
  await boot('ours')
  await boot('theirs')
  for (let round = 1; round <= rounds; round += 1) {
    console.log(`round ${round} of ${rounds}`)
    for (const who of ['ours', 'theirs', 'theirs', 'ours'] as const) taken[who].push(await boot(who))
  }
  const ratio = median(taken.ours) / median(taken.theirs)
  const figures = `${seconds(median(taken.ours))} beside ${seconds(median(taken.theirs))} of docker-compose`
  console.log(`time to steady, medians of ${rounds * 2}: ${figures}: ratio ${ratio.toFixed(2)}, aim at most ${aim}`)
  return ratio
}

if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`'${process.argv[2]}' is no number of rounds`)
await run('docker-compose', ['version']).catch((thrown: unknown) => {
  throw new Error('docker-compose is needed to compare with: apt-get install docker-compose', { cause: thrown })
})
const engine = await connectEngine(process.env)
Object.assign(process.env, testcontainersEnvironment(engine))
const images = await ensureImages(engine.docker, { onStep: (step) => console.log(step) })
const scratch = await mkdtemp(join(tmpdir(), 'badgateway-boot-'))
try {
  if ((await measure({ engine, images, scratch })) > aim) process.exitCode = 1
} finally {
  await rm(scratch, { recursive: true, force: true })
}
