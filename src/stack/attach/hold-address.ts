import type Dockerode from 'dockerode'
import { containerName, intend, type Labels, labelKeys } from '../../engine/index.ts'

/** Somebody of ours who stands at an address so long as nobody else is to be given it. */
export interface Holder {
  /** Takes the address that has just become free. */
  take(): Promise<void>
  remove(): Promise<void>
}

/**
 * The engine gives the lowest address of a network that is free, so who starts after another has ended stands where
 * that one stood; and on a network whose addresses it has chosen itself it lets nobody ask for another one. Made before
 * the address is free, for that takes time.
 */
export async function holderOf(
  docker: Dockerode,
  given: { labels: Labels; image: string; service: string; network: string; address: string },
): Promise<Holder> {
  const { labels, image, service, network, address } = given
  const name = containerName(labels, `instead-of-${service}`)
  const made = await intend(labels, { kind: 'container', name })
  const container = await docker.createContainer({
    name,
    Image: image,
    Entrypoint: ['sleep', 'infinity'],
    Labels: { ...labels, [labelKeys.role]: 'sidecar' },
    HostConfig: { NetworkMode: network, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], PidsLimit: 8 },
  })
  made(container.id)
  let isThere = true
  const remove = async () => {
    if (isThere) await container.remove({ force: true })
    isThere = false
  }
  return {
    take: async () => {
      await container.start()
      const { NetworkSettings: settings } = await container.inspect()
      // A lower one was free: the other one is given that.
      if (settings.Networks[network]?.IPAddress !== address) await remove()
    },
    remove,
  }
}
