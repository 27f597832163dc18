import { PassThrough, Readable } from 'node:stream'
import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { serviceFrom } from '../../../src/stack/service.ts'
import { writeBack } from '../../../src/stack/write-back.ts'

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

/** Said after its start, but for lines that begin with a time of their own. */
function log(...lines: string[]): Buffer {
  return Buffer.concat(
    lines.map((line) => {
      const text = Buffer.from(`${/^\d{4}-/.test(line) ? '' : '2026-11-20T22:00:01.25Z '}${line}\n`)
      const head = Buffer.alloc(8)
      head.writeUInt32BE(text.length, 4)
      return Buffer.concat([head, text])
    }),
  )
}

const sinces: number[] = []

function restarted(state: object, ...said: Buffer[]) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const started = { StartedAt: '2026-11-20T22:00:00.5Z', FinishedAt: '2026-11-20T21:59:59.5Z', ...state }
  Object.assign(container, {
    restart: () => Promise.resolve(),
    inspect: () => Promise.resolve({ State: started }),
    logs: ({ since }: { since: number }) => {
      sinces.push(since)
      return Promise.resolve(said.length > 1 ? said.shift() : said[0])
    },
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

test('what is said before the engine has noted the start counts, and nothing of the life before', async () => {
  const early = log('2026-11-20T22:00:00.25Z start worker process 17')
  await expect(restarted({ Running: true }, early)).resolves.toBeUndefined()
  expect(sinces.at(-1)).toBe(Date.parse('2026-11-20T21:59:59.5Z') / 1_000)
  const late = log('2026-11-20T21:59:59.75Z supervise: the program ended with 137')
  await expect(restarted({ Running: true }, late, log('start worker process 17'))).resolves.toBeUndefined()
})

test('a container that never ended before is asked for all that it said', async () => {
  const first = { Running: true, FinishedAt: '0001-01-01T00:00:00Z' }
  await expect(restarted(first, log('start worker process 17'))).resolves.toBeUndefined()
  expect(sinces.at(-1)).toBe(0)
})

const killed = {
  Running: false,
  Restarting: false,
  OOMKilled: false,
  ExitCode: 137,
  FinishedAt: '2026-11-20T22:00:09.5Z',
}

/** Its state, and what the engine was asked about its past. */
async function ended(state: object, events: object[]) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const found = { Id: container.id, State: { ...killed, ...state }, HostConfig: {} }
  container.inspect = () => Promise.resolve(found) as never
  docker.getContainer = () => container
  const asked: Record<string, unknown>[] = []
  docker.getEvents = ((wanted: Record<string, unknown>) => {
    asked.push(wanted)
    return Promise.resolve(Readable.from(events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`))))
  }) as never
  const parts = { name: 'api-1', role: 'api', image: '', address: '' } as const
  const { oomKilled } = await serviceFrom({ docker, containerId: container.id, ready: /x/, ...parts }).state()
  return { oomKilled, asked }
}

test('the engine heard of the kill only after the end: its events tell', async () => {
  const { oomKilled, asked } = await ended({}, [{ Action: 'oom' }])
  expect([oomKilled, asked.length]).toEqual([true, 1])
  expect(asked[0]).toMatchObject({
    since: Date.parse(killed.FinishedAt) / 1_000 - 2,
    filters: { container: ['a'.repeat(12)], event: ['oom'] },
  })
})

test('the same of one that the engine will start again, and so says to run', async () => {
  const { oomKilled } = await ended({ Running: true, Restarting: true }, [{ Action: 'oom' }])
  expect(oomKilled).toBe(true)
})

test('SIGKILL without such an event is no want of memory', async () => {
  expect((await ended({}, [])).oomKilled).toBe(false)
})

test.each([
  ['it runs', false, { Running: true, ExitCode: 0 }],
  ['the engine has noted it', true, { OOMKilled: true }],
  ['it ended in another way', false, { ExitCode: 1 }],
])('no event is asked for: %s', async (_why, isNoted, state) => {
  const { oomKilled, asked } = await ended(state, [{ Action: 'oom' }])
  expect([oomKilled, asked]).toEqual([isNoted, []])
})

test('a file that cannot be removed is told', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const start = () => Promise.resolve(new PassThrough().end())
  Object.assign(container, { exec: () => Promise.resolve({ start, inspect: () => Promise.resolve({ ExitCode: 1 }) }) })
  docker.getContainer = () => container
  const parts = { name: 'proxy', role: 'proxy', image: '', address: '' } as const
  const proxy = serviceFrom({ docker, containerId: container.id, ready: /x/, ...parts })
  await expect(proxy.writeFiles([{ path: '/etc/extra.conf', content: null }])).rejects.toMatchObject({
    code: 'ENGINE_CALL_FAILED',
    message: expect.stringContaining('Removing /etc/extra.conf in proxy: rm ended with 1'),
  })
})

/** A container whose image has these programs and no others, and what was run in it and beside it. */
function removing(programs: readonly string[], beside?: { code: number; output: string }) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const ran: string[] = []
  Object.assign(container, {
    exec: ({ Cmd: [program = '', ...args] }: { Cmd: string[] }) => {
      if (!programs.includes(program)) return Promise.reject(new Error(`exec: "${program}": executable file not found`))
      ran.push([program, ...args].join(' '))
      const inspect = () => Promise.resolve({ ExitCode: 0 })
      return Promise.resolve({ start: () => Promise.resolve(Readable.from([])), inspect })
    },
  })
  docker.getContainer = () => container
  const exec = (argv: readonly string[]) => {
    ran.push(`beside: ${argv.join(' ')}`)
    return Promise.resolve(beside ?? { code: 0, output: '' })
  }
  const parts = { name: 'gate', role: 'proxy', image: '', address: '', inside: () => ({ exec }) } as const
  const service = serviceFrom({ docker, containerId: container.id, ready: /ready/, ...parts })
  return { ran, remove: () => service.writeFiles([{ path: '/etc/a', content: null }]) }
}

test('a file is removed by the image itself, and where it has no rm, from beside it', async () => {
  const usual = removing(['rm'])
  await usual.remove()
  expect(usual.ran).toEqual(['rm -f -- /etc/a'])
  const bare = removing([])
  await bare.remove()
  expect(bare.ran).toEqual(['beside: rm -f -- /proc/1/root/etc/a'])
  const refused = removing([], { code: 1, output: 'Read-only file system' })
  await expect(refused.remove()).rejects.toThrow('rm ended with 1: Read-only file system')
})

test('where the first process hears no HUP a program tells it; whoever writes back promises the same', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const container = docker.getContainer('a'.repeat(12))
  const ran: string[][] = []
  const exec = ({ Cmd }: { Cmd: string[] }) => {
    ran.push(Cmd)
    return Promise.reject(new Error('as a test'))
  }
  Object.assign(container, { exec })
  docker.getContainer = () => container
  const parts = { name: 'edge', role: 'proxy', image: '', address: '', ready: 'running' } as const
  const proxy = serviceFrom({ docker, containerId: container.id, ...parts, reload: ['nginx', '-s', 'reload'] })
  await expect(proxy.signal('HUP')).rejects.toThrow('as a test')
  expect(ran).toEqual([['nginx', '-s', 'reload']])
  const file = { path: '/etc/x', content: null }
  expect(writeBack(proxy, [file], 'HUP')).toMatchObject({ signal: 'HUP', reload: ['nginx', '-s', 'reload'] })
  expect(writeBack(proxy, [file], null)).not.toHaveProperty('reload')
})
