import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Verdict } from '../../src/checks/index.ts'
import { connectEngine } from '../../src/engine/engine.ts'

const cli = new URL('../../src/cli.ts', import.meta.url).pathname

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

export interface Started {
  child: ChildProcess
  /** Resolves with the first line of either stream that matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<string>
  ended: Promise<Ended>
}

/** Starts the command line as a user would. */
export function startBadgateway(argv: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [cli, ...argv], { env: { ...process.env, NO_COLOR: '1', ...env } })
  const said = { out: '', err: '' }
  const lines: string[] = []
  const waiting = new Set<() => void>()
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.on('data', (chunk: Buffer) => {
      said[name] += chunk.toString()
    })
    createInterface({ input: stream }).on('line', (text) => {
      lines.push(text)
      for (const look of [...waiting]) look()
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }) as Ended)
  const line = async (pattern: RegExp) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const look = () => {
      const found = lines.find((text) => pattern.test(text))
      if (found !== undefined) resolve(found)
    }
    waiting.add(look)
    look()
    void ended.then(({ out, err }) => reject(new Error(`ended before ${pattern}:\n${out}\n${err}`)))
    return await promise.finally(() => waiting.delete(look))
  }
  return { child, line, ended }
}

export function badgateway(argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return startBadgateway(argv, env).ended
}

/** The one folder of the one run below `out`. */
export function runFolder(out: string, scenario: string): string {
  const [time = ''] = readdirSync(join(out, scenario))
  return join(out, scenario, time)
}

export function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T
}

export const isFile = (...path: string[]) => existsSync(join(...path))

/** Names of all containers, networks and volumes of this run, or of any run of ours. */
export async function leftOvers(runId?: string): Promise<string[]> {
  const { docker } = await connectEngine(process.env)
  const filters = { label: [runId === undefined ? 'badgateway' : `badgateway=${runId}`] }
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ])
  return [
    ...containers.map(({ Names }) => Names[0] ?? ''),
    ...networks.map(({ Name }) => Name),
    ...(volumes ?? []).map(({ Name }) => Name),
  ]
}

/** Whose run lies in this folder of a variant. */
export function runIdOf(folder: string): string {
  const [first = '{}'] = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n')
  return (JSON.parse(first) as { runId: string }).runId
}

/** What keeps a run from being a pass, in words; empty: nothing. */
export function openOf({ code, err }: Ended, verdicts: readonly Verdict[]): string[] {
  const open = verdicts.flatMap(({ variant, findings }) => {
    return findings.filter((one) => one.status !== 'pass').map((one) => `${variant}: ${one.title}: ${one.because}`)
  })
  return code === 0 ? open : [`exit code ${code}`, ...open, err]
}
