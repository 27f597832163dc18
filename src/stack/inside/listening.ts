import type { Service, Stack } from '../types.ts'

/** State of a socket in /proc/net/tcp that waits for connections. */
const listenState = '0A'

/** Does a program in this container listen on the port? Asked of its kernel, past every packet filter. */
export async function listensOn(stack: Pick<Stack, 'inside'>, server: Service, port: number): Promise<boolean> {
  const { running } = await server.state()
  if (!running) return false
  const { output } = await stack.inside(server.name).exec(['grep', '-s', '-h', '', '/proc/net/tcp', '/proc/net/tcp6'])
  const own = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return output.split('\n').some((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return local.endsWith(own) && state === listenState
  })
}
