import { once } from 'node:events'
import { createServer } from 'node:net'

/** Two ports on 127.0.0.1 that nobody had a moment ago. */
export async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const [first, second] = servers.map((server) => {
    const address = server.address()
    server.close()
    return typeof address === 'object' && address ? address.port : 0
  })
  return [first ?? 0, second ?? 0]
}
