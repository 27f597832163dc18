import type Dockerode from 'dockerode'
import { containerName, engineReason, intend } from '../engine/index.ts'
import { realClock, within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Place } from './doctor-probes.ts'

/** As often each is measured: the one in the middle counts, so that one hiccup is no figure. */
const times = 3
/** A quiet engine starts a container in 0.3 to 0.6 s and runs a command in one in 0.1 s: this is 50 times that. */
const stepLimitMs = 20_000

/** What this engine takes, ms. */
export interface ContainerSpeed {
  /** From creating a container to its running. */
  containerStartMs: number
  /** A command that does nothing, in a container that runs. */
  execMs: number
}

/** Starts small containers of this image that do nothing, and removes them. Rejects when the engine cannot. */
export async function measureContainers(place: Place, image: string): Promise<ContainerSpeed> {
  const starts: number[] = []
  const execs: number[] = []
  for (let k = 0; k < times; k += 1) {
    const name = containerName(place.labels, 'speed')
    const made = await intend(place.labels, { kind: 'container', name })
    const began = realClock.now()
    const container = await limited('creating a container', create(place, { image, name }))
    made(container.id)
    try {
      await limited('starting a container', container.start())
      starts.push(realClock.now() - began)
      execs.push(await limited('a command in a container', timeExec(container)))
    } finally {
      await container.remove({ force: true, v: true })
    }
  }
  return { containerStartMs: middle(starts), execMs: middle(execs) }
}

function create(
  { docker, labels }: Place,
  { image, name }: { image: string; name: string },
): Promise<Dockerode.Container> {
  return docker.createContainer({
    name,
    Image: image,
    // Reads until nobody writes any more, which is when it is removed.
    Entrypoint: ['cat'],
    Cmd: [],
    OpenStdin: true,
    Labels: labels,
    HostConfig: { NetworkMode: 'none' },
  })
}

async function timeExec(container: Dockerode.Container): Promise<number> {
  const began = realClock.now()
  const exec = await container.exec({ Cmd: ['true'], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({ hijack: true, stdin: false })
  await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject).resume())
  return realClock.now() - began
}

async function limited<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await within(stepLimitMs, what, work)
  } catch (thrown) {
    if (thrown instanceof BadgatewayError) throw thrown
    const message = `${what} failed: ${engineReason(thrown)}`
    throw new BadgatewayError('ENGINE_CALL_FAILED', message, `See dockerd’s log: ${reasonOf(thrown)}`, {
      cause: thrown,
    })
  }
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}
