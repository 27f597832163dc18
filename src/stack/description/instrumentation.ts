import { type Instruments, statusPaths } from '../../nginx/index.ts'
import type { StackDescription } from './description.ts'

/** What is added to the configuration of a proxy. */
export type ProxyInstruments = Pick<Instruments, 'status' | 'logs' | 'defaultLog' | 'hasStubStatus'>

/** The same, and where its workers are asked then. */
export interface Instrumentation {
  readonly instruments: ProxyInstruments
  readonly port: number
  /** Path that tells which release they have read. */
  readonly release: string
  /** Path that tells their counters. */
  readonly counters: string
}

/** What the proxies of such a stack are instrumented with; undefined: with nothing. */
export function instrumentationOf({ can }: Pick<StackDescription, 'can'>): Instrumentation | undefined {
  const { instrumented, logged } = can
  if (!instrumented) return undefined
  const { port, output = '/dev/stdout', isUnheard: _, ...nginx } = instrumented
  const instruments: ProxyInstruments = {
    ...nginx,
    status: String(port),
    // The watchers hear what a container says; the file is for the agent.
    logs: [output, ...(logged ? [logged.file] : [])],
  }
  return { port, ...statusPaths, instruments }
}
