import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { insideOf } from '../../../src/stack/inside.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'

/** An engine on which sidecars can be started; each runs until the service that it joined ends. */
async function engine() {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const made: { PidMode?: string; CapAdd?: string[] }[] = []
  const state = { running: new Set<string>(), starts: 0, down: false, removed: [] as string[] }
  const journal = `${await temporaryFolder('inside')}/journal.jsonl`
  const labels = { badgateway: 'r', 'badgateway.journal': journal }
  const containerOf = (id: string) => ({
    id,
    inspect: () =>
      Promise.resolve({ Config: { Labels: labels }, HostConfig: {}, State: { Running: state.running.has(id) } }),
    start: () => {
      if (state.down) return Promise.reject(new Error('cannot join a container that is not running'))
      if (state.running.has(id)) return Promise.reject(new Error('(HTTP code 304) container already started'))
      state.starts += 1
      state.running.add(id)
      return Promise.resolve()
    },
    remove: () => Promise.resolve(void state.removed.push(id)),
    exec: ({ Cmd }: { Cmd: string[] }) =>
      state.running.has(id)
        ? Promise.resolve(execOf(Cmd))
        : Promise.reject(new Error(`container ${id} is not running`)),
  })
  const execOf = (argv: string[]) => ({
    start: () => Promise.reject(new Error(`ran ${argv.join(' ')}`)),
  })
  Object.assign(docker, {
    getContainer: containerOf,
    createContainer: ({ HostConfig }: Dockerode.ContainerCreateOptions) => {
      made.push(HostConfig as (typeof made)[number])
      return Promise.resolve(containerOf(`sidecar-${made.length}`))
    },
  })
  return { docker, made, state }
}

test('one sidecar stands among the processes of a container, and is started again with it', async () => {
  const { docker, made, state } = await engine()
  const stack = fakeStack()
  const { inside, leave } = insideOf(docker, () => 'agent-image', stack.service)
  const { exec } = inside('web-1')
  await expect(exec(['cat', '/proc/net/tcp'])).rejects.toThrow('ran cat /proc/net/tcp')
  await expect(exec(['cat', '/proc/net/dev'])).rejects.toThrow('ran cat /proc/net/dev')
  expect(made).toEqual([expect.objectContaining({ PidMode: `container:${stack.service('web-1').containerId}` })])
  expect(made[0]?.CapAdd).not.toContain('NET_ADMIN')
  // The service was restarted: what had joined it has ended.
  state.running.clear()
  await expect(exec(['true'])).rejects.toThrow('ran true')
  expect([made.length, state.starts]).toEqual([1, 2])
  await leave(stack.service('web-1').containerId)
  await leave('nobody stands here')
  expect(state.removed).toEqual(['sidecar-1'])
})

test('nobody stands in a container that is down, and the reason is told', async () => {
  const { docker, made, state } = await engine()
  const { inside } = insideOf(docker, () => 'agent-image', fakeStack().service)
  state.down = true
  await expect(inside('web-1').exec(['true'])).rejects.toThrow('not running')
  state.down = false
  await expect(inside('web-1').exec(['true'])).rejects.toThrow('ran true')
  expect(made).toHaveLength(2)
})

test('calls at once that all find it ended start it once, and each is done', async () => {
  const { docker, made, state } = await engine()
  const { inside } = insideOf(docker, () => 'agent-image', fakeStack().service)
  const { exec } = inside('web-1')
  await expect(exec(['true'])).rejects.toThrow('ran true')
  state.running.clear()
  const calls = ['a', 'b', 'c'].map((word) => exec([word]).catch(String))
  expect(await Promise.all(calls)).toEqual(['a', 'b', 'c'].map((word) => expect.stringContaining(`ran ${word}`)))
  expect([made.length, state.starts]).toEqual([1, 2])
})
