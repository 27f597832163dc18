import { z } from 'zod'
import { json } from '../kit/json.ts'

/** What a scriptable server can be told to do. Its image checks the settings: see docker/README.md. */
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

/** Where a scriptable server is asked and told what it does, on its control port. */
export const behaviourPath = '/behaviour'
