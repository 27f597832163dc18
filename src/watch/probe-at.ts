import type { HttpProbed, Stack } from '../stack/index.ts'

/**
 * One request from a service's container at a server that a configuration names: at its health check where the
 * description knows it, so that no page is counted as a user's.
 */
export async function probeAt(stack: Stack, from: string, target: { host: string; port: number }): Promise<HttpProbed> {
  const path = stack.servers().find(({ name }) => name === target.host)?.health ?? '/'
  return await stack.inside(from).httpProbe({ ...target, path })
}
