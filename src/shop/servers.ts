import { z } from 'zod'
import type { Service, Stack } from '../stack/index.ts'

/** Which servers something happens to: the fields that say so in a scenario. */
export const whichServers = {
  role: z.enum(['web', 'api']),
  /** Their numbers; absent: all of the role. */
  servers: z.array(z.int().min(1).max(8)).min(1).optional(),
}

export interface WhichServers {
  role: 'web' | 'api'
  servers?: readonly number[] | undefined
}

/** SERVICE_UNKNOWN when one of them is not there. */
export function serversOf(stack: Stack, { role, servers }: WhichServers): Service[] {
  return servers ? servers.map((number) => stack.service(`${role}-${number}`)) : stack.byRole(role)
}

/** The same servers at every look, those that were there at the first: a server that joins later was never meant. */
export function sameServers(which: WhichServers): (stack: Stack) => Service[] {
  let names: readonly string[] | undefined
  return (stack) => {
    names ??= serversOf(stack, which).map(({ name }) => name)
    return names.map((name) => stack.service(name))
  }
}

/** A page of each role that has to ask a server of it. */
export const pageOf = { web: '/', api: '/api/products' } as const
