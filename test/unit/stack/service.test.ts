import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { serviceFrom } from '../../../src/stack/service.ts'

test('a container that has died refuses, and that is no defect of ours', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const dead = () => Promise.reject(new Error('(HTTP code 409) container is not running'))
  Object.assign(container, { exec: dead, kill: dead, restart: dead })
  docker.getContainer = () => container
  const parts = { name: 'proxy', role: 'proxy', image: '', address: '' } as const
  const proxy = serviceFrom({ docker, containerId: container.id, ready: /ready/, ...parts })
  const refused = { code: 'ENGINE_CALL_FAILED', message: expect.stringContaining('container is not running') }
  await expect(proxy.exec(['nginx', '-t'])).rejects.toMatchObject(refused)
  await expect(proxy.signal('HUP')).rejects.toMatchObject(refused)
  await expect(proxy.restart()).rejects.toMatchObject(refused)
})

function log(...lines: string[]): Buffer {
  return Buffer.concat(
    lines.map((line) => {
      const text = Buffer.from(`${line}\n`)
      const head = Buffer.alloc(8)
      head.writeUInt32BE(text.length, 4)
      return Buffer.concat([head, text])
    }),
  )
}

function restarted(state: object, said: Buffer) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const started = { StartedAt: '2026-11-20T22:00:00.5Z', ...state }
  Object.assign(container, {
    restart: () => Promise.resolve(),
    inspect: () => Promise.resolve({ State: started }),
    logs: () => Promise.resolve(said),
  })
  docker.getContainer = () => container
  const parts = { name: 'proxy', role: 'proxy', image: '', address: '' } as const
  return serviceFrom({ docker, containerId: container.id, ready: /worker process \d+/, ...parts }).restart()
}

test('a restart has come to its end when the container says so', async () => {
  await expect(restarted({ Running: true }, log('hello', 'start worker process 17'))).resolves.toBeUndefined()
})

test('a container that does not come back is kept, and its last words are told', async () => {
  const gone = restarted({ Running: false, ExitCode: 1 }, log('nginx: [emerg] unexpected end of file\u001b[31m'))
  await expect(gone).rejects.toMatchObject({ code: 'SERVICE_NOT_READY' })
  await expect(gone).rejects.toThrow('ended with exit code 1 after its start. It said: nginx: [emerg] unexpected')
})

test('a server that ended below the program that outlives it does not come back either', async () => {
  const gone = restarted({ Running: true }, log('memory: 92 of 96 MB', 'supervise: the program ended with 137'))
  await expect(gone).rejects.toThrow(/ended with exit code 137 after its start. It said: memory: 92 of 96 MB/)
})
