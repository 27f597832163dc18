import type { Role, Service } from '../../src/stack/types.ts'
import type { FakeProxy, Files } from './fake-proxy.ts'

interface FakeServiceParts {
  name: string
  role: Role
  dead: Set<string>
}

export function fakeService({ name, role, dead }: FakeServiceParts, proxy: FakeProxy | undefined): Service {
  const disk = proxy?.disk ?? new Map<string, Buffer>()
  let startedAt = 1
  let paused = false
  let memoryLimit = 256 * 1024 * 1024
  let cpuLimit = { nanoCpus: 0, quota: 0, period: 0 }
  const start = () => {
    startedAt += 1
    const refused = proxy?.test()
    if (refused !== undefined) return Promise.reject(new Error(`${name} ended with exit code 1: ${refused}`))
    dead.delete(name)
    proxy?.load()
    return Promise.resolve()
  }
  return {
    name,
    role,
    containerId: 'c'.repeat(12),
    image: 'fake',
    address: '10.0.0.1',
    host: name,
    exec: (argv) => Promise.resolve(fakeExec(argv, disk, proxy)),
    readFiles: (paths) => Promise.resolve(paths.map((path) => ({ path, content: disk.get(path) ?? null }))),
    writeFiles: (files) => {
      for (const { path, content } of files) {
        if (content === null) disk.delete(path)
        else disk.set(path, content)
      }
      return Promise.resolve()
    },
    signal: () => Promise.resolve(proxy?.load()),
    restart: () => start(),
    stop: () => Promise.resolve(void dead.add(name)),
    start,
    pause: () => {
      paused = true
      return Promise.resolve()
    },
    unpause: () => {
      paused = false
      return Promise.resolve()
    },
    limitMemory: (bytes) => {
      memoryLimit = bytes
      return Promise.resolve()
    },
    limitCpu: (limit) => {
      cpuLimit = limit
      return Promise.resolve()
    },
    processes: () => {
      const pids = proxy?.workers().trim().split(' ') ?? []
      const workers = pids.map((pid) => ({ pid, parent: '1', program: 'nginx' }))
      return Promise.resolve([{ pid: '1', parent: '0', program: proxy ? 'nginx' : 'node' }, ...workers])
    },
    readFolder: (folder) => {
      const found = [...disk].filter(([path]) => path.startsWith(`${folder}/`))
      return Promise.resolve(found.map(([path, content]) => ({ path, content })))
    },
    state: () => {
      const still = {
        restartCount: 0,
        restartPolicy: 'no',
        oomKilled: false,
        exitCode: dead.has(name) ? 1 : 0,
        memoryLimit,
        swapLimit: memoryLimit,
        cpuLimit,
      }
      return Promise.resolve({ ...still, running: !dead.has(name), paused, startedAt: String(startedAt) })
    },
  }
}

function fakeExec(argv: readonly string[], disk: Files, proxy?: FakeProxy): { code: number; output: string } {
  const [program, ...rest] = argv
  if (program === 'nginx') {
    const refused = proxy?.test()
    return refused ? { code: 1, output: refused } : { code: 0, output: 'test is successful' }
  }
  if (program === 'rm') {
    const folder = (rest.at(-1) ?? '').replace('/proc/1/root', '')
    for (const path of [...disk.keys()]) if (path.startsWith(`${folder}/`)) disk.delete(path)
  }
  if (program === 'psql') return { code: 0, output: '50\n4\n' }
  return { code: 0, output: '' }
}
