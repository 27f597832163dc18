import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { beforeEach, expect, test } from 'vitest'
import { onRecordOf } from '../../../../src/engine/on-record.ts'
import type { Thing } from '../../../../src/engine/ours.ts'
import { createNetworks } from '../../../../src/stack/raise/networks.ts'
import { temporaryFolder } from '../../../support/folder.ts'

let labels: Record<string, string>
beforeEach(async () => {
  const journal = join(await temporaryFolder('networks'), 'journal.jsonl')
  labels = { badgateway: 'r', 'badgateway.journal': journal }
})

const isOnRecord = (kind: Thing['kind'], name: string, id = name) => onRecordOf(labels).has({ kind, id, name })

test('when one is refused the others are awaited: nothing is made behind the back of the clean-up', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const made: string[] = []
  const late = async ({ Name }: { Name: string }) => {
    await turn()
    await turn()
    made.push(Name)
    return { id: Name }
  }
  const refuse = () => Promise.reject(new Error('could not find an available address pool'))
  Object.assign(docker, {
    createNetwork: (asked: { Name: string; Internal?: boolean }) => (asked.Internal ? refuse() : late(asked)),
    createVolume: late,
  })
  const refused = { code: 'ENGINE_CALL_FAILED', hint: expect.stringContaining('docker network ls') }
  await expect(createNetworks(docker, 'r', labels)).rejects.toMatchObject(refused)
  expect(made.sort()).toEqual(['badgateway-r-edge', 'badgateway-r-logs'])
})

/** An engine that chooses 172.20.0.0/16, and refuses to be asked for it so many times. */
function choosing(overlaps: number) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const asked: (string | undefined)[] = []
  const network = {
    id: 'internal',
    inspect: () => Promise.resolve({ IPAM: { Config: [{ Subnet: '172.20.0.0/16' }] } }),
    remove: () => Promise.resolve(),
  }
  Object.assign(docker, {
    createNetwork: ({ Internal, IPAM }: { Internal?: boolean; IPAM?: { Config: { Subnet: string }[] } }) => {
      if (!Internal) return Promise.resolve({ id: 'edge' })
      const subnet = IPAM?.Config[0]?.Subnet
      asked.push(subnet)
      const refusals = asked.filter((one) => one !== undefined).length
      if (subnet && refusals <= overlaps) return Promise.reject(new Error('Pool overlaps with other one'))
      return Promise.resolve(network)
    },
    createVolume: () => Promise.resolve(),
  })
  return { docker, asked }
}

test('the internal network has a subnet that is asked for, so that addresses can be', async () => {
  const { docker, asked } = choosing(0)
  await expect(createNetworks(docker, 'r', labels)).resolves.toMatchObject({ prefix: '172.20.0' })
  expect(asked).toEqual([undefined, '172.20.0.0/16'])
})

test('a subnet that another run was given meanwhile is not insisted on, nor asked for without end', async () => {
  await expect(createNetworks(choosing(2).docker, 'r', labels)).resolves.toMatchObject({ prefix: '172.20.0' })
  await expect(createNetworks(choosing(9).docker, 'r', labels)).rejects.toThrow('Pool overlaps')
})

test('each is on record by its name before the engine is asked, and by its id when it is there', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const before: boolean[] = []
  const network = { inspect: () => Promise.resolve({ IPAM: { Config: [{ Subnet: '172.20.0.0/16' }] } }) }
  Object.assign(docker, {
    createNetwork: ({ Name }: { Name: string }) => {
      before.push(isOnRecord('network', Name, 'unknown'))
      return Promise.resolve({ ...network, id: `id of ${Name}`, remove: () => Promise.resolve() })
    },
    createVolume: ({ Name }: { Name: string }) => Promise.resolve(before.push(isOnRecord('volume', Name))),
  })
  const { names, logVolume } = await createNetworks(docker, 'r', labels)
  expect(before).toEqual([true, true, true, true])
  for (const name of Object.values(names)) {
    const found = ['unknown', `id of ${name}`].map((id) => isOnRecord('network', name, id))
    expect(found).toEqual([false, true])
  }
  expect(isOnRecord('volume', logVolume)).toBe(true)
})
