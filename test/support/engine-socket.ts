import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An HTTP server behind a unix socket in a folder of its own: where an engine would be. */
export interface EngineSocket {
  path: string
  uri: string
  close: () => Promise<void>
}

export async function engineSocket(listener: RequestListener): Promise<EngineSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-socket-'))
  const path = join(folder, 'docker.sock')
  const server: Server = createServer(listener).listen(path)
  await once(server, 'listening')
  return {
    path,
    uri: `unix://${path}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Answers like an engine that says who it is, and nothing else. */
export function sayingWho(
  version: { ApiVersion: string; MinAPIVersion: string },
  seen: string[] = [],
): RequestListener {
  return (request, response) => {
    seen.push(request.url ?? '')
    const info = { Name: 'box', ServerVersion: '99.0', ID: 'id', CgroupVersion: '2', MemoryLimit: true, NCPU: 2 }
    const rest = { OperatingSystem: 'Debian', KernelVersion: '6.1', MemTotal: 4e9, DockerRootDir: '/var/lib/docker' }
    const answer = request.url === '/version' ? version : { ...info, ...rest, SecurityOptions: ['name=rootless'] }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer))
  }
}
