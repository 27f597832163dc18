import { z } from 'zod'
import { BadgatewayError } from '../kit/errors.ts'
import { type Json, json } from '../kit/json.ts'
import { ports } from '../protocol/index.ts'
import type { Scene, Service } from '../stack/index.ts'

/** What a backend can be told to do. Its image checks the settings: see docker/README.md. */
export const behaviourNames = [
  'closed-port',
  'capacity',
  'cpu-burn',
  'leak-per-request',
  'working-set',
  'keep-alive-limits',
  'latency',
  'header-size',
  'hang',
  'reset',
  'early-close',
  'invalid-header',
  'truncated-body',
  'status',
] as const
export type BehaviourName = (typeof behaviourNames)[number]

/** Settings by behaviour. */
export const behaviourSpec = z.partialRecord(z.enum(behaviourNames), z.record(z.string(), json))
export type BehaviourSpec = z.output<typeof behaviourSpec>

const inForce = z.record(z.string(), z.record(z.string(), json))

/** What a backend says that it does now, asked past the proxy. */
export async function behaviourOf(scene: Scene, server: Service): Promise<Record<string, Record<string, Json>>> {
  const { status, body } = await scene.stack.agent.forward(controlOf(server))
  if (status === 200) return inForce.parse(JSON.parse(body))
  throw refused(server, `it answers ${status} on its control port`)
}

/** Adds to what a backend does, and promises that it gets back what it had. */
export async function addBehaviour(scene: Scene, server: Service, wanted: BehaviourSpec): Promise<void> {
  const before = await behaviourOf(scene, server)
  const why = `give ${server.name} the behaviour it had`
  const undo = { verb: 'set-behaviour', container: server.containerId, behaviour: JSON.stringify(before) } as const
  await scene.promise(undo, why)
  const request = { ...controlOf(server), method: 'PUT', body: { ...before, ...wanted } } as const
  const { status, body } = await scene.stack.agent.forward(request)
  if (status !== 200) throw refused(server, body.trim())
}

const controlOf = ({ name }: Service) => ({ host: name, port: ports.backendControl, path: '/behaviour' })

function refused(server: Service, because: string): BadgatewayError {
  const hint = 'The settings of each behaviour are in docker/README.md.'
  return new BadgatewayError('USAGE', `${server.name} does not take this behaviour: ${because}`, hint)
}
