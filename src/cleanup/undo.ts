import type Dockerode from 'dockerode'
import {
  cpuUpdate,
  isGone,
  type Labels,
  labelKeys,
  memoryUpdate,
  removeThing,
  startWhenFree,
  stopSeconds,
} from '../engine/index.ts'
import { realClock, within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Undo } from '../kit/undo.ts'
import { setBehaviour } from './undo-behaviour.ts'
import { restoreFiles } from './undo-files.ts'
import { flushFirewall } from './undo-firewall.ts'
import { runUndo } from './undo-run.ts'

/** Milliseconds for one look at what was to be changed. */
const lookMs = 5_000

/** All that the engine does. */
type OfEngine = Exclude<Undo, { verb: 'run' }>

export interface UndoResult {
  ok: boolean
  because: string
}

export interface UndoLimits {
  /** Whose things may be touched: only what wears this run's label. */
  runId: string
  /** Ids of containers of others that somebody has agreed to: reversible verbs may touch them, no other one. */
  agreed?: ReadonlySet<string> | undefined
  /** Milliseconds for the whole undo; a command of somebody's has a limit of its own. */
  withinMs: number
  /** It was promised to us by a living harness, and not found in a journal: a command of somebody's is run. */
  isPromised?: boolean
}

/**
 * Takes one change back. Doing it twice is doing it once; a target that is gone already is a success. It looks before
 * it touches: what neither wears the label of this run nor was agreed to is refused. Never rejects: what went wrong is
 * in `because`.
 */
export async function executeUndo(docker: Dockerode, undo: Undo, limits: UndoLimits): Promise<UndoResult> {
  try {
    if (undo.verb === 'run') return { ok: true, because: await runUndo(undo, limits.isPromised ?? false) }
    const because = await within(limits.withinMs, `'${undo.verb}'`, verbs(docker, undo, limits))
    return { ok: true, because }
  } catch (thrown) {
    if (undo.verb !== 'run' && isGone(thrown) && (await targetIsGone(docker, undo)))
      return { ok: true, because: 'it is gone' }
    const code = thrown instanceof BadgatewayError ? `${thrown.code}: ` : ''
    return { ok: false, because: `${code}${reasonOf(thrown)}` }
  }
}

/** An engine says 404 of other things too, of a network that a container wants: only a look at the target decides. */
async function targetIsGone(docker: Dockerode, undo: OfEngine): Promise<boolean> {
  const target: { inspect(): Promise<unknown> } =
    undo.verb === 'remove-network'
      ? docker.getNetwork(undo.network)
      : undo.verb === 'remove-volume'
        ? docker.getVolume(undo.volume)
        : docker.getContainer(undo.container)
  return await within(lookMs, 'looking for it', target.inspect()).then(() => false, isGone)
}

/** What they take back leaves a container of somebody else's as it was. */
const reversible: readonly Undo['verb'][] = ['unpause', 'start', 'set-memory', 'set-cpu']

async function verbs(docker: Dockerode, undo: OfEngine, { runId, agreed }: UndoLimits): Promise<string> {
  if (undo.verb === 'remove-network') {
    const { Labels: labels } = await docker.getNetwork(undo.network).inspect()
    return await removeOurs(docker, { kind: 'network', id: undo.network, labels }, runId)
  }
  if (undo.verb === 'remove-volume') {
    const { Labels: labels } = await docker.getVolume(undo.volume).inspect()
    return await removeOurs(docker, { kind: 'volume', id: undo.volume, labels }, runId)
  }
  const container = docker.getContainer(undo.container)
  const found = await container.inspect()
  const { Config: config, State: state } = found
  const isAgreed = agreed?.has(found.Id) && reversible.includes(undo.verb)
  if (!isAgreed) refuseForeign(config.Labels, `container ${undo.container}`, runId)
  if (undo.verb === 'remove-container') {
    return await removeOurs(docker, { kind: 'container', id: undo.container, labels: config.Labels }, runId)
  }
  if (undo.verb === 'write-files') return await restoreFiles(container, undo, found)
  if (undo.verb === 'flush-firewall') return await flushFirewall(container, found)
  if (undo.verb === 'set-memory') {
    return await limitMemory(container, memoryUpdate(undo.bytes, undo.swap), state.Running)
  }
  if (undo.verb === 'set-cpu') {
    await container.update(cpuUpdate(undo))
    return 'done'
  }
  if (undo.verb === 'set-behaviour') return await setBehaviour(container, undo.behaviour, state)
  if (undo.verb === 'restart') {
    await container.restart({ t: stopSeconds })
    return 'done'
  }
  if (undo.verb === 'unpause') {
    if (!state.Paused) return 'it was not paused'
    return await until(
      container,
      () => container.unpause(),
      ({ Paused: paused }) => !paused,
    )
  }
  if (state.Running) return 'it was running'
  return await until(
    container,
    () => startWhenFree(container),
    ({ Running: running }) => running,
  )
}

/** Less than a program uses now is refused by the kernel: then it is started anew below the limit. */
async function limitMemory(
  container: Dockerode.Container,
  limit: ReturnType<typeof memoryUpdate>,
  isRunning: boolean,
): Promise<string> {
  const refused = await container.update(limit).then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  if (!refused) return 'done'
  if (!isRunning) throw refused.thrown
  await container.stop({ t: stopSeconds })
  // Whatever becomes of the limit, it ran: tried again, this undo would find that it had ended.
  await container.update(limit).finally(() => container.start())
  return 'done, and it was restarted: it used more than that'
}

async function removeOurs(
  docker: Dockerode,
  target: { kind: 'container' | 'network' | 'volume'; id: string; labels: Labels | null | undefined },
  runId: string,
): Promise<string> {
  refuseForeign(target.labels, `${target.kind} ${target.id}`, runId)
  const because = await removeThing(docker, target)
  if (because === undefined) return 'removed'
  throw new BadgatewayError('ENGINE_CALL_FAILED', because, 'See the log of dockerd.')
}

/** Does it and looks: somebody else may have done the same at this moment, so what counts is the state afterwards. */
async function until(
  container: Dockerode.Container,
  change: () => Promise<unknown>,
  wanted: (state: Dockerode.ContainerInspectInfo['State']) => boolean,
): Promise<string> {
  const failure = await change().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  for (let looks = 0; looks < 10; looks += 1) {
    const { State: state } = await container.inspect()
    if (wanted(state)) return 'done'
    if (failure) throw failure.thrown
    await realClock.sleep(50)
  }
  throw new BadgatewayError('ENGINE_CALL_FAILED', 'the engine did it, yet nothing changed', 'See docker inspect.')
}

function refuseForeign(labels: Labels | null | undefined, what: string, runId: string): void {
  const found = labels?.[labelKeys.run]
  if (found === runId) return
  const wears = found === undefined ? 'wears no label of ours' : `wears the label of run ${found}`
  throw new BadgatewayError('UNDO_REFUSED', `${what} ${wears}, not of run ${runId}`, 'It is left as it is.')
}
