import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { realClock } from '../../src/kit/clock.ts'
import { type EngineSocket, engineSocket } from './engine-socket.ts'

export interface SlowEngine extends EngineSocket {
  /** Creations that it has been asked for and has not passed on yet. */
  underWay: () => number
  /** Those it has passed on although whoever asked was gone. */
  late: () => number
}

const creation = /^(?:\/v[\d.]+)?\/(?:containers|networks|volumes)\/create\b/

/**
 * The engine behind another socket, which takes so many ms, in turn, for each container, network and volume that is to
 * be made, and makes it also when nobody waits for it any more: as an engine does that is busy.
 */
export async function slowEngine(socketPath: string, delaysMs: readonly number[]): Promise<SlowEngine> {
  let asked = 0
  let underWay = 0
  let late = 0
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request)
    const isCreation = request.method === 'POST' && creation.test(request.url ?? '')
    if (isCreation) {
      const delayMs = delaysMs[asked % delaysMs.length] ?? 0
      asked += 1
      underWay += 1
      await realClock.sleep(delayMs)
      underWay -= 1
      if (response.destroyed) late += 1
    }
    const { method, url: path, headers } = request
    const onwards = ask({ socketPath, method, path, headers: { ...headers, connection: 'close' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    onwards.on('error', () => response.destroy())
    response.on('error', () => onwards.destroy())
    onwards.end(body)
  }
  const socket = await engineSocket((request, response) => {
    pass(request, response).catch(() => response.destroy())
  })
  return { ...socket, underWay: () => underWay, late: () => late }
}
