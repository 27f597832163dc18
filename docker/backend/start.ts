import { existsSync, readFileSync } from 'node:fs'
import { startBehaviourFile } from '../../src/protocol/index.ts'

/**
 * What a server does from its start, as the control port would take it. A file that was put into the container counts
 * before the environment, unless it is empty: it survives a restart too, and can be changed in a container that is
 * there.
 */
export function startBehaviour(env: NodeJS.ProcessEnv, file: string = startBehaviourFile): unknown {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return JSON.parse(text || env['BEHAVIOUR'] || '{}')
}
