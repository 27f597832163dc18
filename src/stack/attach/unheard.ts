import { mountOf } from '../../engine/index.ts'
import type { StackDescription } from '../description/description.ts'
import type { Inspected } from './recreate.ts'

/** Whose lines the engine gives back. */
const readable: readonly string[] = ['json-file', 'local', 'journald']

/** The volume that this file of a container lies in; undefined: it lies in none. */
export function volumeOf(
  { Mounts: mounts }: Pick<Inspected, 'Mounts'>,
  path: string,
): { name: string; at: string } | undefined {
  const mount = mountOf(mounts, path)
  return mount?.Type === 'volume' && mount.Name ? { name: mount.Name, at: mount.Destination } : undefined
}

/** What of the proxy cannot be heard, a sentence each. Pure. */
export function unheardOf(
  gate: Pick<Inspected, 'Mounts' | 'HostConfig' | 'Config'>,
  description: Pick<StackDescription, 'monitoring' | 'proxy' | 'can'>,
): string[] {
  const { monitoring, proxy, can } = description
  const driver = gate.HostConfig.LogConfig?.Type ?? ''
  const isLost = driver !== '' && !readable.includes(driver)
  const counted = monitoring && !can.logged ? ', and its requests for the monitoring' : ''
  const books = `the books of client and proxy${counted}`
  return [
    ...(isLost ? [`${books}: what ${proxy.service} says goes to the logging driver ${driver}`] : []),
    ...(gate.Config.Tty ? [`${books}: ${proxy.service} has a terminal (tty)`] : []),
  ]
}
