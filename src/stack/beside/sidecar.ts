import type Dockerode from 'dockerode'
import { containerName, intend, type Labels, labelKeys } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { serviceFrom } from '../service.ts'
import type { Service, Sidecar } from '../types.ts'

const mebibyte = 1024 * 1024

/**
 * May change the packet filter of the network that it stands in, and nothing else. An interposer was measured to need
 * 177 MB with the 2,048 connections that it takes, whose answers nobody reads.
 */
const besideIt = { CapAdd: ['NET_ADMIN'], PidsLimit: 32, memoryMb: 256 }
/** Sees the processes too, may end them, and reads and changes files below `/proc/1/root`. Several programs at once. */
const amongIts = { CapAdd: ['SYS_PTRACE', 'KILL', 'DAC_OVERRIDE'], PidsLimit: 256, memoryMb: 512 }

/** Labels of ours that say whose it is: of those of others some would make it a service of theirs. */
function ofTheRun(all: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.values(labelKeys).flatMap((key) => {
      const value = all[key]
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

interface Beside {
  among?: boolean | undefined
  /** Of the run, for the company of a container that wears none of ours: somebody has agreed to it. */
  labels?: Labels | undefined
}

/**
 * Starts a container in the network namespace of a service, and with `among` in its process namespace too. It is
 * refused for whoever has not a namespace of its own: the machine's own filter is nobody's to change.
 */
export async function startSidecar(
  docker: Dockerode,
  image: string,
  beside: Service,
  { among = false, labels: given }: Beside = {},
): Promise<Sidecar> {
  const { Config: config, HostConfig: host } = await docker.getContainer(beside.containerId).inspect()
  const worn = config.Labels[labelKeys.run] === undefined ? given : config.Labels
  if (host.NetworkMode === 'host' || !worn) {
    const hint = 'Only a container of ours, or one that was agreed to, with a network of its own may get company.'
    throw new BadgatewayError('UNDO_REFUSED', `${beside.name} shares the network of this machine`, hint)
  }
  const { memoryMb, ...limits } = among ? amongIts : besideIt
  const labels = ofTheRun(worn)
  const ownName = containerName(labels, `${among ? 'among' : 'beside'}-${beside.name}`)
  const made = await intend(labels, { kind: 'container', name: ownName })
  const container = await docker.createContainer({
    name: ownName,
    Image: image,
    Entrypoint: ['sleep', 'infinity'],
    User: 'root',
    Labels: { ...labels, [labelKeys.role]: 'sidecar' },
    HostConfig: {
      NetworkMode: `container:${beside.containerId}`,
      ...(among ? { PidMode: `container:${beside.containerId}` } : {}),
      ...limits,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: memoryMb * mebibyte,
      MemorySwap: memoryMb * mebibyte,
    },
  })
  made(container.id)
  await container.start()
  const name = `what stands beside ${beside.name}`
  const { role, address } = beside
  const { containerId, exec } = serviceFrom({
    docker,
    containerId: container.id,
    ready: /^/,
    name,
    role,
    image,
    address,
  })
  return { containerId, exec, remove: async () => void (await container.remove({ force: true })) }
}
