import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { beforeEach, describe, expect, test } from 'vitest'
import { onRecordOf } from '../../../../src/engine/on-record.ts'
import { startSidecar } from '../../../../src/stack/beside/sidecar.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { temporaryFolder } from '../../../support/folder.ts'

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

const own = { badgateway: 'run', 'badgateway.owner': '1', 'badgateway.journal': '' }
const labels = { ...own, 'badgateway.service': 'web-1', 'badgateway.role': 'web' }
beforeEach(async () => {
  const journal = join(await temporaryFolder('sidecar'), 'journal.jsonl')
  own['badgateway.journal'] = journal
  labels['badgateway.journal'] = journal
})

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
    expect(made[0]?.Labels).toEqual({ ...own, 'badgateway.role': 'sidecar' })
    const name = made[0]?.name ?? ''
    expect(onRecordOf(own).has({ kind: 'container', id: 'made', name: 'any' })).toBe(true)
    expect(onRecordOf(own).has({ kind: 'container', id: 'another', name })).toBe(false)
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
