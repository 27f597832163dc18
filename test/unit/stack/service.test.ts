import Dockerode from 'dockerode'
import type { StartedTestContainer } from 'testcontainers'
import { expect, test } from 'vitest'
import { serviceFrom } from '../../../src/stack/service.ts'

test('a container that has died refuses, and that is no defect of ours', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const dead = () => Promise.reject(new Error('(HTTP code 409) container is not running'))
  Object.assign(container, { exec: dead, kill: dead })
  docker.getContainer = () => container
  const started: Pick<StartedTestContainer, 'getId' | 'restart'> = { getId: () => container.id, restart: dead }
  const parts = { name: 'proxy', role: 'proxy', image: '', address: '' } as const
  const proxy = serviceFrom({ docker, started, ...parts })
  const refused = { code: 'ENGINE_CALL_FAILED', message: expect.stringContaining('container is not running') }
  await expect(proxy.exec(['nginx', '-t'])).rejects.toMatchObject(refused)
  await expect(proxy.signal('HUP')).rejects.toMatchObject(refused)
  await expect(proxy.restart()).rejects.toMatchObject(refused)
})
