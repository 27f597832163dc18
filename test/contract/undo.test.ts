// @group light 30s
import { randomBytes } from 'node:crypto'
import type Dockerode from 'dockerode'
import { afterEach } from 'vitest'
import { packFiles, unpackFiles } from '../../src/engine/files/archive.ts'
import { findOurs, isGone, removeThings } from '../../src/engine/ours.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { baseImage, realEngine } from '../support/doomed.ts'
import { patience } from '../support/machine.ts'
import { undoContract } from '../support/undo-contract.ts'

/** Counts SIGHUP in a file; `wait` lets the trap run at once. */
const listener = 'trap "exit 0" TERM; trap "echo HUP >> /heard" HUP; touch /heard; while :; do sleep 600 & wait; done'
const raised: { docker: Dockerode; runId: string; foreign: string }[] = []

afterEach(async () => {
  for (const { docker, runId, foreign } of raised.splice(0)) {
    await removeThings(docker, await findOurs(docker, runId))
    await docker.getContainer(foreign).remove({ force: true })
  }
})

async function raise() {
  const { docker } = await realEngine()
  const Image = await baseImage()
  const runId = `undo-${randomBytes(4).toString('hex')}`
  const Labels = { badgateway: runId }
  const volume = `badgateway-${runId}-logs`
  const [container, foreign, network] = await Promise.all([
    docker.createContainer({ Image, Labels, Cmd: ['bash', '-c', listener], name: `badgateway-${runId}` }),
    docker.createContainer({ Image, Cmd: ['sleep', 'infinity'] }),
    docker.createNetwork({ Name: `badgateway-${runId}`, Labels }),
    docker.createVolume({ Name: volume, Labels }),
  ])
  raised.push({ docker, runId, foreign: foreign.id })
  await container.start()
  const targets = {
    container: () => container.inspect(),
    network: () => docker.getNetwork(network.id).inspect(),
    volume: () => docker.getVolume(volume).inspect(),
  }
  const read = async (path: string) => {
    try {
      const [file] = await unpackFiles(await container.getArchive({ path }))
      return file?.content.toString() ?? null
    } catch (thrown) {
      if (isGone(thrown)) return null
      throw thrown
    }
  }
  const heard = async (times: number) => {
    const text = await read('/heard')
    return text === 'HUP\n'.repeat(times) ? true : undefined
  }
  const limits = { withinMs: patience(10_000), everyMs: 20, clock: realClock }
  if (!(await pollUntil(() => heard(0), limits))) throw new Error('the listener does not listen')
  return {
    docker,
    runId,
    container: container.id,
    network: network.id,
    volume,
    foreign: foreign.id,
    pause: async () => void (await container.pause()),
    stop: async () => void (await container.kill()),
    write: async (path: string, content: string) => {
      await container.putArchive(await packFiles([{ path, content: Buffer.from(content) }]), { path: '/' })
    },
    read,
    heardHup: async (times: number) => {
      if (!(await pollUntil(() => heard(times), limits))) throw new Error(`SIGHUP was not heard ${times} times`)
    },
    state: async () => {
      const { State: state } = await container.inspect()
      return { running: state.Running, paused: state.Paused }
    },
    made: async () => {
      const { HostConfig: host, State: state } = await container.inspect()
      return { memory: host.Memory ?? 0, starts: state.StartedAt, quota: host.CpuQuota ?? 0 }
    },
    exists: (kind: keyof typeof targets) => targets[kind]().then(() => true, isStill),
  }
}

const isStill = (thrown: unknown) => {
  if (isGone(thrown)) return false
  throw thrown
}

undoContract('a real engine', raise)
