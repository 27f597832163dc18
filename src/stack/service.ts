import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import {
  cpuLimitOf,
  cpuUpdate,
  isRunning,
  killedAndToldLate,
  memoryLimitOf,
  memoryUpdate,
  putFiles,
  restartContainer,
  startAgain,
  startWhenFree,
  stopSeconds,
  unpackFiles,
  unpackFolder,
} from '../engine/index.ts'
import { within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Vantage } from './beside/vantage.ts'
import type { Ready } from './description/definition.ts'
import type { ExecOptions } from './exec.ts'
import { readyLimit, untilRunning } from './ready.ts'
import type { FileContent, FolderFile, Process, Role, Service, ServiceState } from './types.ts'

const callLimitMs = 20_000
const startLimitMs = 60_000
/** On top of what is waited for: the stop before a start, and the calls. */
const graceMs = 15_000
const outputLimitBytes = 1024 * 1024

export interface ServiceParts {
  docker: Dockerode
  containerId: string
  ready: Ready
  /** Where it serves, for one that is ready when that is listened on. */
  port?: number | undefined
  name: string
  role: Role
  image: string
  address: string
  /** Default: its name. */
  host?: string
  reload?: readonly string[] | undefined
  /** Where it is found now: asked after each of its starts. Absent: it keeps its address. */
  whereabouts?: () => Promise<Pick<Service, 'address' | 'host'>>
  /** Runs programs beside it, where its own image may have none. */
  inside?: () => (Pick<Service, 'exec'> & Partial<Pick<Vantage, 'listens'>>) | undefined
}

/** The verbs of one running container, each with a limit. */
export function serviceFrom(parts: ServiceParts): Service {
  const { docker, containerId, name, role, image, reload } = parts
  let found = { address: parts.address, host: parts.host ?? name }
  const container = docker.getContainer(containerId)
  const limited = async <T>(what: string, work: Promise<T>, ms = callLimitMs) => {
    return await within(ms, `${what} of ${name}`, work).catch((thrown: unknown) => {
      throw callFailed(`${what} of ${name}`, thrown)
    })
  }
  const exec: Service['exec'] = (argv, options) =>
    limited(`'${argv.join(' ')}'`, run(container, argv, options), options?.timeoutMs)
  const begun = beginnings(parts, container, exec)
  const settled = async (work: Promise<unknown>) => {
    found = await work.then(() => parts.whereabouts?.() ?? found)
  }
  return {
    name,
    role,
    containerId,
    image,
    get address() {
      return found.address
    },
    get host() {
      return found.host
    },
    exec,
    readFiles: (paths) => limited('reading files', readFiles(container, paths)),
    writeFiles: async (files) => await limited('writing files', writeFiles(parts, { container, exec }, files)),
    ...(reload ? { reload } : {}),
    signal: async (signal) => {
      if (signal === 'HUP' && reload) reloaded(name, reload, await exec(reload))
      else await limited(`sending SIG${signal}`, container.kill({ signal: `SIG${signal}` }))
    },
    restart: async () => await settled(limited('restarting', begun.again(), await begun.limitMs())),
    stop: async () => {
      // Answered with 304, which Dockerode takes for a failure, when it has ended already.
      const stopped = container.stop({ t: stopSeconds }).catch((thrown: unknown) => unless(304, thrown))
      await limited('stopping', stopped)
    },
    start: async () => await settled(limited('starting', begun.anew(), await begun.limitMs())),
    pause: async () => void (await limited('pausing', container.pause())),
    unpause: async () => void (await limited('unpausing', container.unpause())),
    limitMemory: async (bytes) => void (await limited('limiting the memory', container.update(memoryUpdate(bytes)))),
    limitCpu: async (limit) => void (await limited('limiting the cores', container.update(cpuUpdate(limit)))),
    state: async () => await limited('inspecting', inspected(docker, container)),
    processes: async () => await limited('listing the processes', processesOf(container)),
    readFolder: async (path) => await limited(`reading ${path}`, readFolder(container, path)),
  }
}

function reloaded(name: string, argv: readonly string[], { code, output }: { code: number; output: string }): void {
  if (code === 0) return
  const message = `'${argv.join(' ')}' in ${name} ended with ${code}: ${output.trim()}`
  throw new BadgatewayError('ENGINE_CALL_FAILED', message, 'Its files are written, and not read.')
}

/** How it is started, and for how long that is waited for. */
function beginnings(parts: ServiceParts, container: Dockerode.Container, exec: Service['exec']) {
  const { name, ready, port, inside } = parts
  if (ready !== 'running') {
    return {
      again: () => restartContainer(container, name, ready),
      anew: () => startAgain(container, name, ready),
      limitMs: () => Promise.resolve(startLimitMs),
    }
  }
  let measuredMs = 0
  const listens = port === undefined ? undefined : () => inside?.()?.listens?.(port) ?? Promise.resolve(true)
  const isUp = async (begin: Promise<unknown>) => {
    await begin
    measuredMs = Math.max(measuredMs, await untilRunning({ container, name, exec, listens, measuredMs }))
  }
  return {
    again: () => isUp(container.restart({ t: stopSeconds })),
    anew: () => isUp(startWhenFree(container)),
    // It has to tell by itself what it waited for.
    limitMs: async () => graceMs + (await readyLimit(container, measuredMs)),
  }
}

/** A container that has died in the middle of a story refuses every call: that is no defect of ours. */
function callFailed(what: string, thrown: unknown): BadgatewayError {
  if (thrown instanceof BadgatewayError) return thrown
  const hint = 'Is its container still running? Its log is in the folder of the run.'
  return new BadgatewayError('ENGINE_CALL_FAILED', `${what} failed: ${reasonOf(thrown)}`, hint, { cause: thrown })
}

async function run(
  container: Dockerode.Container,
  argv: readonly string[],
  { stdoutOnly = false }: ExecOptions = {},
): Promise<{ code: number; output: string }> {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: !stdoutOnly })
  const stream = await exec.start({ hijack: true, stdin: false })
  const both = new PassThrough()
  container.modem.demuxStream(stream, both, both)
  stream.on('end', () => both.end())
  stream.on('error', (error: Error) => both.destroy(error))
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of both as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= outputLimitBytes) chunks.push(chunk)
  }
  const { ExitCode } = await exec.inspect()
  return { code: ExitCode ?? -1, output: Buffer.concat(chunks).toString('utf8') }
}

async function readFiles(container: Dockerode.Container, paths: readonly string[]): Promise<FileContent[]> {
  return await Promise.all(
    paths.map(async (path) => {
      try {
        const files = await unpackFiles(await container.getArchive({ path }))
        const [file] = files
        return file ? { path, content: file.content, owned: file.owned } : { path, content: null }
      } catch (thrown) {
        if (statusOf(thrown) === 404) return { path, content: null }
        const hint = 'Is the container still there?'
        throw new BadgatewayError('ENGINE_CALL_FAILED', `Reading ${path}: ${reasonOf(thrown)}`, hint, { cause: thrown })
      }
    }),
  )
}

async function readFolder(container: Dockerode.Container, path: string): Promise<FolderFile[]> {
  try {
    const found = await unpackFolder(await container.getArchive({ path }), path)
    const links = found.flatMap((one) => ('link' in one ? [one] : []))
    const led = await readFiles(
      container,
      links.map(({ link }) => link),
    )
    const files = found.flatMap((one) => ('content' in one ? [one] : []))
    // A link to a folder or to nothing is no file.
    return [...files, ...led.flatMap((one, at) => (one.content ? [{ ...one, as: links[at]?.path ?? '' }] : []))]
  } catch (thrown) {
    if (statusOf(thrown) === 404) return []
    throw thrown
  }
}

async function processesOf(container: Dockerode.Container): Promise<Process[]> {
  const told = (await container.top({ ps_args: '-o pid,ppid,comm' })) as { Processes: string[][] | null }
  return (told.Processes ?? []).map(([pid = '', parent = '', program = '']) => ({ pid, parent, program }))
}

/** HTTP status of a refused engine call; undefined when it is none. */
export function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined
}

async function writeFiles(
  parts: ServiceParts,
  { container, exec }: { container: Dockerode.Container; exec: Service['exec'] },
  files: readonly FileContent[],
): Promise<void> {
  const gone = files.filter((file) => file.content === null).map((file) => file.path)
  const kept = files.flatMap(({ path, content, owned }) => (content === null ? [] : [{ path, content, owned }]))
  if (kept.length > 0) await putFiles(container, kept)
  if (gone.length > 0) await removeFiles(parts, exec, gone)
}

/** With the container's own `rm`, or, where it has none, with that of whoever stands beside it. */
async function removeFiles({ name, inside }: ServiceParts, exec: Service['exec'], paths: readonly string[]) {
  const own = await exec(['rm', '-f', '--', ...paths]).catch(unlessMissing)
  const beside = isMissing(own) ? inside?.() : undefined
  const { code, output } =
    (await beside?.exec(['rm', '-f', '--', ...paths.map((path) => `/proc/1/root${path}`)])) ?? own
  if (code === 0) return
  const message = `Removing ${paths.join(', ')} in ${name}: rm ended with ${code}: ${output.trim()}`
  throw new BadgatewayError('ENGINE_CALL_FAILED', message, 'May its user write there?')
}

/** How engines say that there is no such program: some refuse to run it, others give it an exit code. */
const noProgram = /executable file not found|no such file or directory/i
const isMissing = ({ code, output }: { code: number; output: string }) => code !== 0 && noProgram.test(output)

function unlessMissing(thrown: unknown): { code: number; output: string } {
  if (noProgram.test(reasonOf(thrown))) return { code: 127, output: reasonOf(thrown) }
  throw thrown
}

function unless(status: number, thrown: unknown): void {
  if (statusOf(thrown) !== status) throw thrown
}

async function inspected(docker: Dockerode, container: Dockerode.Container): Promise<ServiceState> {
  const found = await container.inspect()
  const { State: state, RestartCount: restartCount, HostConfig: host } = found
  return {
    running: isRunning(state),
    paused: state.Paused,
    startedAt: state.StartedAt,
    restartCount,
    restartPolicy: host.RestartPolicy?.Name || 'no',
    oomKilled: state.OOMKilled || (await killedAndToldLate(docker, found)),
    exitCode: state.ExitCode,
    memoryLimit: memoryLimitOf(host),
    swapLimit: host.MemorySwap ?? 0,
    cpuLimit: cpuLimitOf(host),
  }
}
