import type Dockerode from 'dockerode'
import { ports } from '../protocol/index.ts'
import { failed, runIn } from './undo-files.ts'

/** The undo before may just have started it. */
const readyLimitMs = 5_000

/**
 * Runs inside the backend, where Node is; the settings are an argument, never part of the program. Without `fetch`,
 * which takes as much of the processor as all the rest: the backend may be at its limit.
 */
const program = `const { request } = require('node:http')
const until = Date.now() + ${readyLimitMs}
const where = { host: '127.0.0.1', port: ${ports.backendControl}, path: '/behaviour', method: 'PUT' }
const again = () => (Date.now() < until ? setTimeout(put, 50) : process.exit(1))
const told = ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)
const put = () => request(where, told).on('error', again).end(process.argv[1])
put()`

/** Gives a backend the behaviour it had. A stopped one forgets it by itself; a paused one is woken first. */
export async function setBehaviour(
  container: Dockerode.Container,
  behaviour: string,
  state: { Running: boolean; Paused: boolean },
): Promise<string> {
  if (!state.Running) return 'it has stopped, and begins without'
  if (state.Paused) await container.unpause()
  const code = await runIn(container, ['node', '-e', program, behaviour])
  if (code !== 0) throw failed(`the backend did not take its behaviour back: node ended with ${code}`)
  return 'done'
}
