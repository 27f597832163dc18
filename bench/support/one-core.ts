import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { type connectEngine, labelKeys } from '../../src/engine/index.ts'

type Docker = Awaited<ReturnType<typeof connectEngine>>['docker']

const core = '0'
const root = '/sys/fs/cgroup'

/** Where CPUs are given out: a hierarchy of its own in version 1 of cgroups, the one there is in version 2. */
function cpusets(): { folder: string; version: 1 | 2 } {
  if (existsSync(join(root, 'cpuset'))) return { folder: join(root, 'cpuset'), version: 1 }
  if (readFileSync(join(root, 'cgroup.controllers'), 'utf8').includes('cpuset')) return { folder: root, version: 2 }
  throw new Error(`no cpuset controller below ${root}: this machine cannot limit to one core`)
}

/** The cgroup of a container, by whichever driver the engine has. */
function groupOf(folder: string, id: string): string | undefined {
  const places = [join('docker', id), join('system.slice', `docker-${id}.scope`)]
  return places.map((place) => join(folder, place)).find((place) => existsSync(place))
}

/** Process ids of the engine on this machine. */
function enginePids(): string[] {
  const names = ['dockerd', 'containerd']
  return names.flatMap((name) => {
    try {
      return execFileSync('pidof', [name], { encoding: 'utf8' }).trim().split(' ')
    } catch {
      return []
    }
  })
}

/** Lets containers whose run lies below `out` have one core, from the moment at which they start, until the signal. */
async function holdContainers(docker: Docker, out: string, folder: string, signal: AbortSignal): Promise<void> {
  const events = await docker.getEvents({ filters: { type: ['container'], event: ['start'], label: [labelKeys.run] } })
  signal.addEventListener('abort', () => Reflect.get(events, 'destroy')?.call(events), { once: true })
  events.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').split('\n').filter(Boolean)) {
      const { Actor: actor } = JSON.parse(line) as { Actor: { ID: string; Attributes: Record<string, string> } }
      if (!actor.Attributes[labelKeys.journal]?.startsWith(`${resolve(out)}${sep}`)) continue
      const group = groupOf(folder, actor.ID)
      // One that has ended already has no cgroup left to be limited.
      if (group !== undefined) tryWrite(join(group, 'cpuset.cpus'), core)
    }
  })
  events.on('error', () => undefined)
}

/** True when it was written: what has ended meanwhile needs no limit. */
function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text)
    return true
  } catch {
    return false
  }
}

export interface OneCore {
  /** Puts a process, and what it starts from now on, on the core. */
  hold(pid: number): void
}

/**
 * Does something on one core of this machine: processes that are held, containers of runs below `out`, and the engine
 * itself, where `engineToo`. Everything is given back, whatever happens.
 */
export async function onOneCore<T>(
  { docker, out, engineToo }: { docker: Docker; out: string; engineToo: boolean },
  work: (core: OneCore) => Promise<T>,
): Promise<T> {
  const { folder, version } = cpusets()
  const group = join(folder, `badgateway-one-core-${process.pid}`)
  if (version === 2) writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpuset')
  mkdirSync(group)
  const before = new Map<string, string>()
  const over = new AbortController()
  const hold = (pid: string) => {
    const line = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n').find(isOf(version))
    before.set(pid, join(folder, line?.split(':')[2] ?? '/'))
    writeFileSync(join(group, 'cgroup.procs'), pid)
  }
  const giveBack = () => {
    over.abort()
    for (const [pid, place] of before) tryWrite(join(place, 'cgroup.procs'), pid)
    before.clear()
    // What a held process has started may still be there: guards that end by themselves.
    for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
      tryWrite(join(folder, 'cgroup.procs'), pid)
    }
    rmdirSync(group)
  }
  try {
    writeFileSync(join(group, 'cpuset.cpus'), core)
    if (version === 1) {
      writeFileSync(join(group, 'cpuset.mems'), readFileSync(join(folder, 'cpuset.mems'), 'utf8').trim())
    }
    if (engineToo) for (const pid of enginePids()) hold(pid)
    await holdContainers(docker, out, folder, over.signal)
    return await work({ hold: (pid) => hold(String(pid)) })
  } finally {
    giveBack()
  }
}

const isOf = (version: 1 | 2) => (line: string) => (version === 1 ? /^\d+:cpuset:/ : /^0::/).test(line)
