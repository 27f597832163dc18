import { createInterface } from 'node:readline'
import type Dockerode from 'dockerode'
import { isRunning, killedCode } from './death.ts'

/** The engine hears of the kill and of the end by two ways, in either order. */
const marginS = 2

/**
 * Did the kernel kill it for want of memory, though its state does not say so? The engine writes that down when the
 * container ends, and may hear of the kill only after it: then its events alone tell.
 */
export async function killedAndToldLate(
  docker: Dockerode,
  { Id: id, State: state }: Dockerode.ContainerInspectInfo,
): Promise<boolean> {
  if (isRunning(state) || state.OOMKilled || state.ExitCode !== killedCode) return false
  const since = Date.parse(state.FinishedAt) / 1_000 - marginS
  const filters = { type: ['container' as const], event: ['oom'], container: [id] }
  // With an end the engine tells what it has, and no more.
  const stream = await docker.getEvents({ since, until: Date.now() / 1_000, filters })
  for await (const line of createInterface({ input: stream })) if (line !== '') return true
  return false
}
