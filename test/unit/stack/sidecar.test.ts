import type Dockerode from 'dockerode'
import { describe, expect, test } from 'vitest'
import { startSidecar } from '../../../src/stack/sidecar.ts'
import { fakeStack } from '../../support/fake-stack.ts'

const web = fakeStack().service('web-1')

/** An engine that says this of every container, and remembers what it was asked to make. */
function engineThatSays(NetworkMode: string, Labels: Record<string, string>) {
  const made: Dockerode.ContainerCreateOptions[] = []
  const container = {
    id: 'made',
    inspect: () => Promise.resolve({ Config: { Labels }, HostConfig: { NetworkMode } }),
    start: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  }
  const docker = {
    getContainer: () => container,
    createContainer: (options: Dockerode.ContainerCreateOptions) => {
      made.push(options)
      return Promise.resolve(container)
    },
  }
  return { docker: docker as unknown as Dockerode, made }
}

const labels = { badgateway: 'run', 'badgateway.owner': '1', 'badgateway.service': 'web-1', 'badgateway.role': 'web' }

describe('a container beside a service', () => {
  test('shares its network and may change the packet filter there, and nothing else', async () => {
    const { docker, made } = engineThatSays('badgateway-internal', labels)
    expect(await startSidecar(docker, 'agent', web)).toMatchObject({ containerId: 'made' })
    expect(made).toHaveLength(1)
    expect(made[0]?.HostConfig).toMatchObject({
      NetworkMode: `container:${web.containerId}`,
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
    })
    expect(made[0]?.HostConfig?.Privileged).toBeUndefined()
  })

  test('is found with all of the run, and is not taken for the service', async () => {
    const { docker, made } = engineThatSays('badgateway-internal', labels)
    await startSidecar(docker, 'agent', web)
    expect(made[0]?.Labels).toEqual({ badgateway: 'run', 'badgateway.owner': '1', 'badgateway.role': 'sidecar' })
  })

  test.each([
    ['the network of this machine', 'host', labels],
    ['no label of ours', 'bridge', {}],
  ])('is refused to who has %s', async (_why, mode, worn) => {
    const { docker, made } = engineThatSays(mode, worn)
    await expect(startSidecar(docker, 'agent', web)).rejects.toMatchObject({ code: 'UNDO_REFUSED' })
    expect(made).toEqual([])
  })
})
