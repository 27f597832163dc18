import type Dockerode from 'dockerode'
import { labelKeys } from './labels.ts'
import { findOurs, nameOf, type Thing } from './ours.ts'

/** What badgateway has on an engine at one moment. Things of others are none of its business and are not kept. */
export interface WorldSnapshot {
  /** Which engine, so that two snapshots are of the same one. */
  engineId: string
  /** Everything that wears our label, of whatever run. */
  ours: Thing[]
}

/** Looks at the engine; one run only when it is named. Rejects when the engine does not answer. */
export async function takeSnapshot(docker: Dockerode, runId?: string): Promise<WorldSnapshot> {
  const [{ ID: engineId }, ours] = await Promise.all([docker.info(), findOurs(docker, runId)])
  return { engineId: String(engineId), ours }
}

/**
 * What is different after a run, in words; empty when it left nothing. What others did meanwhile, and the things of
 * other runs, are not differences. Without a run id, anything with our label that was not there before is one.
 */
export function compareWorlds(before: WorldSnapshot, after: WorldSnapshot, runId?: string): string[] {
  if (before.engineId !== after.engineId) return [`another engine answers: ${after.engineId}, not ${before.engineId}`]
  const known = new Set(before.ours.map(({ kind, id }) => `${kind} ${id}`))
  const isNew = ({ kind, id }: Thing) => !known.has(`${kind} ${id}`)
  const left = after.ours.filter((one) => (runId === undefined ? isNew(one) : one.labels[labelKeys.run] === runId))
  return left.map((one) => `${nameOf(one)} is left${one.state ? `, ${one.state}` : ''}`)
}
