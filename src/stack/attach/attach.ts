import type Dockerode from 'dockerode'
import { BadgatewayError } from '../../kit/errors.ts'
import type { StackDescription } from '../description/description.ts'
import type { Stack } from '../types.ts'

/** A container, and the service of the description that it is. */
export interface ContainerOf {
  /** Name of the service. */
  name: string
  id: string
}

export interface AttachOptions {
  docker: Dockerode
  runId: string
  /** The run's, which the containers wear too: undo and guard touch nothing else. */
  labels: Readonly<Record<string, string>>
  /** Reference of the agent's image. */
  images: Readonly<{ agent: string } & Record<string, string | undefined>>
  /** What they are. An agent in it is replaced by the one that is started. */
  description: StackDescription
  /** One for each service of the description but the agent. */
  containers: readonly ContainerOf[]
  /** Where users connect: `http://127.0.0.1:PORT`, or https. */
  entry: string
  signal?: AbortSignal
}

/**
 * Makes a stack of containers that somebody else has started: puts the agent on their networks, waits until each is
 * ready, and instruments the proxy on its own files. SERVICE_NOT_READY when one is not, or cannot be attached to.
 */
export function attachStack(_options: AttachOptions): Promise<Stack> {
  return Promise.reject(new BadgatewayError('INTERNAL', 'Nothing is attached yet', 'See issue 12.'))
}
