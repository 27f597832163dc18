import type { Engine, Labels } from '../engine/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { ComposeProject, ComposeTool, RaisedProject } from './project.ts'

export interface RaiseProjectOptions {
  readonly engine: Pick<Engine, 'docker' | 'dockerHost' | 'certPath'>
  /** Of a run or a guarded scope: what is made goes on its record, and copies lie beside its journal. */
  readonly runId: string
  readonly labels: Labels
  /** All that could hold Nginx's configuration is a copy there. */
  readonly proxyServices: readonly string[]
  /** Ports that must be on 127.0.0.1 although the project publishes them not. */
  readonly publish?: readonly { readonly service: string; readonly port: number }[]
  readonly signal?: AbortSignal
  /** What differs from the user's own `up`, a sentence each. */
  readonly say: (line: string) => void
}

/** Raises the project beside whatever runs, under a name of ours. */
export async function raiseProject(
  _tool: ComposeTool,
  _project: ComposeProject,
  _options: RaiseProjectOptions,
): Promise<RaisedProject> {
  throw await Promise.reject(new BadgatewayError('INTERNAL', 'Not there yet', 'Wait for the room compose.'))
}
