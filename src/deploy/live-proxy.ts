import type { Scene, Service } from '../stack/index.ts'
import { servedHash } from './switch.ts'

/** The proxy that users are sent to now: with a switch in front, the one that its workers say. */
export async function liveProxy(place: Pick<Scene, 'stack' | 'clock' | 'signal'>): Promise<Service> {
  const { stack } = place
  const edge = stack.services.find(({ name }) => name === 'edge')
  if (!edge) return stack.service('proxy')
  const [name = ''] = (await servedHash(place, edge)).split(' ')
  return stack.service(name)
}

/** What this container's Nginx says that it is: `1.26.3`; undefined when it says nothing. */
export async function nginxVersion(proxy: Service): Promise<string | undefined> {
  const { output } = await proxy.exec(['nginx', '-v'])
  return /nginx\/(\d+(?:\.\d+)+)/.exec(output)?.[1]
}
