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
