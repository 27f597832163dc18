import type { Service, Stack } from '../types.ts'

/** Does a program in this container listen on the port? In one that is down none does. */
export async function listensOn(stack: Pick<Stack, 'inside'>, server: Service, port: number): Promise<boolean> {
  const { running } = await server.state()
  return running && (await stack.inside(server.name).listens(port))
}
