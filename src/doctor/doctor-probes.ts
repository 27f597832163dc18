import { execFile } from 'node:child_process'
import { readFile, statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import type Dockerode from 'dockerode'
import { containerName, engineReason, intend } from '../engine/index.ts'
import { within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

/** Where containers that try something are: an engine, and the labels of a scope. */
export interface Place {
  docker: Dockerode
  labels: Record<string, string>
}

/** What became of a container that takes more memory than it may have. */
export interface OomOutcome {
  oomKilled: boolean
  exitCode: number
}

/** `works`, `refused: why`, or undefined when the tool is not there to be tried. */
export type ToolOutcome = string | undefined

export interface NetworkTools {
  iptables: ToolOutcome
  netem: ToolOutcome
}

const probeLimitMs = 20_000
const mebibyte = 1024 * 1024

/**
 * Limit and appetite of the greedy container. `tail` keeps all it reads that has no line end; without a limit it ends.
 */
const oomLimitBytes = 24 * mebibyte
const appetite = `head -c ${64 * mebibyte} /dev/zero | tail > /dev/null`
/**
 * It takes nothing before the engine says that it runs, and does not end before the engine has heard of the kill: of
 * one before or after that the engine never tells.
 */
const greedy = ['sh', '-c', `read go; ${appetite}; code=$?; read go; exit $code`]
const heardLimitMs = 10_000

const tryTools = `
try() { if out=$("$@" 2>&1); then echo works; else echo "refused: $out" | tr '\\n' ' '; echo; fi; }
if command -v iptables >/dev/null; then
  echo "iptables=$(try iptables -w 2 -A OUTPUT -p tcp --dport 9 -j DROP)"
fi
if command -v tc >/dev/null; then echo "netem=$(try tc qdisc add dev lo root netem delay 1ms)"; fi
true`

/** Runs a small container of ours into its memory limit. Rejects when the engine cannot run it at all. */
export async function probeOom(place: Place, image: string): Promise<OomOutcome> {
  const limits = { Memory: oomLimitBytes, MemorySwap: oomLimitBytes }
  const { exitCode, oomKilled } = await runOnce(place, image, greedy, limits, async (container) => {
    const orders = await container.attach({ stream: true, stdin: true, hijack: true })
    const heard = new AbortController()
    const filters = { container: [container.id], event: ['oom'] }
    const events = await place.docker.getEvents({ filters, abortSignal: heard.signal })
    const killed = new Promise((resolve) => events.once('data', resolve))
    try {
      await container.start()
      orders.write('go\n')
      // Where limits have no effect nothing is ever heard: the exit code tells.
      await within(heardLimitMs, 'the kill', killed).catch(() => undefined)
    } finally {
      events.on('error', () => undefined)
      heard.abort()
      orders.end('go\n')
    }
  })
  return { exitCode, oomKilled }
}

/** Tries to filter and to delay packets in a network namespace of its own, with the tools that this image has. */
export async function probeNetworkTools(place: Place, image: string): Promise<NetworkTools> {
  const { output } = await runOnce(place, image, ['sh', '-c', tryTools], { CapAdd: ['NET_ADMIN'] })
  const after = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim()
  return { iptables: after('iptables'), netem: after('netem') }
}

/** Whether the machine's own iptables can list its rules; undefined when it has none. Changes nothing. */
export async function hostIptables(): Promise<ToolOutcome> {
  try {
    await promisify(execFile)('iptables', ['-w', '2', '-n', '-L', 'OUTPUT'], { timeout: 5_000 })
    return 'works'
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    return `refused: ${reasonOf(thrown).trim().split('\n').at(-1)}`
  }
}

/** Bytes of memory that programs can still get on this machine. */
export async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1]
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
}

/** Bytes free where this folder lies; undefined when it is not on this machine or may not be looked at. */
export async function freeDisk(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}

interface Ended {
  exitCode: number
  oomKilled: boolean
  output: string
}

async function runOnce(
  { docker, labels }: Place,
  image: string,
  argv: string[],
  more: Dockerode.HostConfig,
  begin: (container: Dockerode.Container) => Promise<void> = (container) => container.start(),
): Promise<Ended> {
  const name = containerName(labels, 'doctor')
  const made = await intend(labels, { kind: 'container', name })
  const container = await docker.createContainer({
    name,
    Image: image,
    Entrypoint: argv,
    Cmd: [],
    User: '0:0',
    OpenStdin: true,
    StdinOnce: true,
    Labels: labels,
    HostConfig: { NetworkMode: 'none', ...more },
  })
  made(container.id)
  try {
    await begin(container)
    await within(probeLimitMs, `the probe in ${image}`, container.wait())
    const [{ State }, logs] = await Promise.all([
      container.inspect(),
      container.logs({ stdout: true, stderr: true, follow: false }),
    ])
    return { exitCode: State.ExitCode, oomKilled: State.OOMKilled, output: await demultiplexed(docker, logs) }
  } catch (thrown) {
    if (thrown instanceof BadgatewayError) throw thrown
    throw new BadgatewayError(
      'ENGINE_CALL_FAILED',
      `No probe in ${image}: ${engineReason(thrown)}`,
      'See dockerd’s log.',
      {
        cause: thrown,
      },
    )
  } finally {
    await container.remove({ force: true, v: true })
  }
}

/** The engine frames what a container says by stream; here both are wanted as one text. */
async function demultiplexed(docker: Dockerode, logs: Buffer): Promise<string> {
  const source = new PassThrough()
  const chunks: Buffer[] = []
  const sink = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk))
  docker.modem.demuxStream(source, sink, sink)
  const done = new Promise((resolve) => source.once('end', resolve))
  source.end(logs)
  await done
  return Buffer.concat(chunks).toString('utf8')
}
