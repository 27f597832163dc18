import type { Knock, Stack } from '../stack/index.ts'

/**
 * One request from a service's container at a server that a configuration names: at its health check where the
 * description knows it, so that no page is counted as a user's.
 */
export async function knockAt(stack: Stack, from: string, target: { host: string; port: number }): Promise<Knock> {
  const path = stack.servers().find(({ name }) => name === target.host)?.health ?? '/'
  return await stack.inside(from).knock({ ...target, path })
}
