import { z } from 'zod'
import { ownOf } from '../../kit/own.ts'
import type { Server, Stack } from '../types.ts'

/** Name of an upstream group. Which there are the description says, before anything is started. */
export const upstreamName = z.string().min(1).max(63)

/** A proxy of the stack; absent: the one of its description. */
export const proxyName = z.string().optional()

/** Which servers something happens to: the fields that say so in a scenario. */
export const whichServers = {
  role: upstreamName,
  /** Their numbers, from 1, in the order of the group; absent: all of it. */
  servers: z.array(z.int().min(1).max(8)).min(1).optional(),
}

export interface WhichServers {
  role: string
  servers?: readonly number[] | undefined
}

/** SERVICE_UNKNOWN when one of them is not there. */
export function theseServers(stack: Stack, { role, servers }: WhichServers): Server[] {
  const there = stack.servers(role)
  if (!servers) return there
  const names = servers.map((number) => nameOf(stack, role, number))
  return names.map((name) => there.find((one) => one.name === name) ?? unknown(stack, name))
}

/** Servers that joined later are called after their group; those of the description as it says. */
function nameOf({ description }: Stack, role: string, number: number): string {
  return ownOf(description.upstreams, role)?.servers[number - 1] ?? `${role}-${number}`
}

/** Throws as the stack does for any name that it does not know. */
function unknown(stack: Stack, name: string): never {
  stack.service(name)
  throw new RangeError(`${name} is no server of that group`)
}

/** The same servers at every look, those that were there at the first: a server that joins later was never meant. */
export function sameServers(which: WhichServers): (stack: Stack) => Server[] {
  let names: readonly string[] | undefined
  return (stack) => {
    const there = theseServers(stack, names ? { role: which.role } : which)
    names ??= there.map(({ name }) => name)
    return names.map((name) => there.find((one) => one.name === name) ?? unknown(stack, name))
  }
}
