import type { ProxyService, Scene } from '../stack/index.ts'
import { servedHash } from './switch.ts'

/** The proxy that users are sent to now: with a switch in front, the one that its workers say. */
export async function liveProxy(place: Pick<Scene, 'stack' | 'clock' | 'signal'>): Promise<ProxyService> {
  const { stack } = place
  const { edge } = stack.description.can
  if (!edge) return stack.proxy()
  const [name = ''] = (await servedHash(stack.proxy(edge.service))).split(' ')
  return stack.proxy(name)
}

/** What this container's Nginx says that it is: `1.26.3`; undefined when it says nothing. */
export async function nginxVersion({ exec, place }: Pick<ProxyService, 'exec' | 'place'>): Promise<string | undefined> {
  const { output } = await exec([...(place.program ?? ['nginx']), '-v'])
  return /nginx\/(\d+(?:\.\d+)+)/.exec(output)?.[1]
}
