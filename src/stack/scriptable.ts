import { z } from 'zod'
import { BadgatewayError } from '../kit/errors.ts'
import { type Json, json } from '../kit/json.ts'
import { type BehaviourSpec, behaviourPath } from '../protocol/index.ts'
import type { Scene } from './scene.ts'
import type { Service, Stack } from './types.ts'

const inForce = z.record(z.string(), z.record(z.string(), json))
type InForce = Record<string, Record<string, Json>>

/** What a server says that it does now, asked past the proxy. */
export async function behaviourOf({ stack }: Pick<Scene, 'stack'>, server: Service): Promise<InForce> {
  const { status, body } = await stack.agent.forward(controlOf(stack, server))
  if (status === 200) return inForce.parse(JSON.parse(body))
  throw refused(server, `it answers ${status} on its control port`)
}

/** Adds to what a server does, and promises that it gets back what it had. */
export async function addBehaviour(scene: Scene, server: Service, wanted: BehaviourSpec): Promise<void> {
  const before = await behaviourOf(scene, server)
  const why = `give ${server.name} the behaviour it had`
  const undo = { verb: 'set-behaviour', container: server.containerId, behaviour: JSON.stringify(before) } as const
  await scene.registerUndo(undo, why)
  await setBehaviour(scene, server, { ...before, ...wanted })
}

/** Tells a server all that it does from now on; nothing is promised. USAGE when it does not take the settings. */
export async function setBehaviour({ stack }: Pick<Scene, 'stack'>, server: Service, all: InForce): Promise<void> {
  const { status, body } = await stack.agent.forward({ ...controlOf(stack, server), method: 'PUT', body: all })
  if (status !== 200) throw refused(server, body.trim())
}

/** The control port of a stack's servers. */
function controlPort({ description }: Pick<Stack, 'description'>): number {
  const { scriptable } = description.can
  if (scriptable) return scriptable.port
  throw new BadgatewayError('USAGE', 'The servers of this stack cannot be told what to do', 'See its description.')
}

const controlOf = (stack: Stack, { host }: Service) => ({
  host,
  port: controlPort(stack),
  path: behaviourPath,
})

function refused(server: Service, because: string): BadgatewayError {
  const hint = 'The settings of each behaviour are in docker/README.md.'
  return new BadgatewayError('USAGE', `${server.name} does not take this behaviour: ${because}`, hint)
}
