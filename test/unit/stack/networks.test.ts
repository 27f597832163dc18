import { setImmediate as turn } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { createNetworks } from '../../../src/stack/networks.ts'

test('when one is refused the others are awaited: nothing is made behind the back of the clean-up', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const made: string[] = []
  const late = async ({ Name }: { Name: string }) => {
    await turn()
    await turn()
    made.push(Name)
  }
  const refuse = () => Promise.reject(new Error('could not find an available address pool'))
  Object.assign(docker, {
    createNetwork: (asked: { Name: string; Internal?: boolean }) => (asked.Internal ? refuse() : late(asked)),
    createVolume: late,
  })
  const refused = { code: 'ENGINE_CALL_FAILED', hint: expect.stringContaining('docker network ls') }
  await expect(createNetworks(docker, 'r', {})).rejects.toMatchObject(refused)
  expect(made).toEqual(['badgateway-r-edge', 'badgateway-r-logs'])
})

/** An engine that chooses 172.20.0.0/16, and refuses to be asked for it so many times. */
function choosing(overlaps: number) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const asked: (string | undefined)[] = []
  const network = {
    inspect: () => Promise.resolve({ IPAM: { Config: [{ Subnet: '172.20.0.0/16' }] } }),
    remove: () => Promise.resolve(),
  }
  Object.assign(docker, {
    createNetwork: ({ Internal, IPAM }: { Internal?: boolean; IPAM?: { Config: { Subnet: string }[] } }) => {
      if (!Internal) return Promise.resolve()
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
  await expect(createNetworks(docker, 'r', {})).resolves.toMatchObject({ prefix: '172.20.0' })
  expect(asked).toEqual([undefined, '172.20.0.0/16'])
})

test('a subnet that another run was given meanwhile is not insisted on, nor asked for without end', async () => {
  await expect(createNetworks(choosing(2).docker, 'r', {})).resolves.toMatchObject({ prefix: '172.20.0' })
  await expect(createNetworks(choosing(9).docker, 'r', {})).rejects.toThrow('Pool overlaps')
})
