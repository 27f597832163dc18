import { type EngineInfo, killedCode } from '../engine/index.ts'
import type { OomOutcome, ToolOutcome } from './doctor-probes.ts'

/** `missing`: badgateway cannot be used. `warning`: it can, with less than all. `info`: good to know. */
export type Condition = 'ok' | 'info' | 'warning' | 'missing'

/** One row of what the doctor found. */
export interface Finding {
  topic: string
  condition: Condition
  found: string
  /** What to do about it; null when there is nothing to do. */
  advice: string | null
}

const gibibyte = 1024 ** 3

/** The whole shop with its monitoring takes some 0.7 GiB, and the load generators as much again. */
const comfortableMemoryBytes = 1.5 * gibibyte
/** Images 1.3 GiB, and what a run writes. */
const comfortableDiskBytes = 3 * gibibyte

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const suited = major > 22 || (major === 22 && minor >= 22)
  return row('Node', suited ? 'ok' : 'missing', version, suited ? null : 'Install Node 22.22 or newer.')
}

export function engineFindings(info: EngineInfo, dockerHost: string): Finding[] {
  const cgroups = ['1', '2'].includes(info.cgroupVersion)
  return [
    row('engine', 'ok', `Docker ${info.version}${info.rootless ? ', rootless' : ''} at ${dockerHost}`),
    row('API', 'ok', `${info.apiVersion} (the engine's newest: ${info.engineApiVersion})`),
    cgroups
      ? row('cgroups', 'ok', `version ${info.cgroupVersion}`)
      : row('cgroups', 'warning', `version ${info.cgroupVersion}`, 'Container memory may not be measured here.'),
  ]
}

/** Proven by a container that took too much: a limit that the kernel merely accepts has been seen not to bite. */
export function oomFinding(accepted: boolean, outcome: OomOutcome | undefined): Finding {
  const topic = 'memory limits'
  const advice = 'Mount the memory cgroup (kernel option cgroup_enable=memory); faults that exhaust memory need it.'
  if (!accepted) return row(topic, 'missing', 'this kernel takes none', advice)
  if (!outcome) return row(topic, 'warning', 'accepted, not tried: no image to try it with', 'Run `badgateway setup`.')
  if (outcome.oomKilled && outcome.exitCode === killedCode)
    return row(topic, 'ok', 'they bite: a greedy container was killed')
  const how = `ended with ${outcome.exitCode}, OOM-killed: ${outcome.oomKilled ? 'yes' : 'no'}`
  return row(topic, 'missing', `accepted but without effect (a greedy container ${how})`, advice)
}

export function iptablesFinding(inside: ToolOutcome, host: ToolOutcome): Finding {
  const best = inside ?? host
  const where = inside === undefined ? 'on this machine' : 'in a container'
  const advice = 'Faults that drop packets are not supported here; all others are.'
  if (best === undefined) return row('iptables', 'warning', 'neither in the images nor on this machine', advice)
  return best === 'works' ? row('iptables', 'ok', `works ${where}`) : row('iptables', 'warning', best, advice)
}

export function netemFinding(inside: ToolOutcome): Finding {
  if (inside === 'works') return row('netem', 'ok', 'packets can be delayed and lost')
  const found = inside === undefined ? 'not tried: no tc in the images' : 'not in this kernel (sch_netem)'
  return row('netem', 'info', found, 'Delays then come from the backends, not from the network.')
}

/** It is wanted for a stack of one's own alone. */
export function composeFinding(
  found: { version: string; command: readonly string[] } | { message: string; hint: string },
): Finding {
  if ('hint' in found) return row('Compose', 'info', found.message, found.hint)
  return row('Compose', 'ok', `${found.version} (${found.command.join(' ')})`)
}

export function memoryFinding(bytes: number): Finding {
  const found = `${gibibytes(bytes)} available`
  if (bytes >= comfortableMemoryBytes) return row('memory', 'ok', found)
  return row('memory', 'warning', found, `The shop wants ${gibibytes(comfortableMemoryBytes)}: stop something else.`)
}

export function diskFinding(bytes: number | undefined, folder: string): Finding {
  if (bytes === undefined) return row('disk', 'info', `${folder} cannot be looked at from here`)
  const found = `${gibibytes(bytes)} free at ${folder}`
  if (bytes >= comfortableDiskBytes) return row('disk', 'ok', found)
  return row('disk', 'warning', found, `Images and runs want ${gibibytes(comfortableDiskBytes)}.`)
}

/** `lacking`: the message of the first image that is not there; undefined when all are. */
export function imagesFinding(count: number, lacking: string | undefined): Finding {
  if (lacking === undefined) return row('images', 'ok', `all ${count} are there`)
  return row('images', 'warning', lacking, 'Run `badgateway setup`; otherwise the next run makes it.')
}

/** Names of what wears our label: of runs that are over, and of runs that go on. */
export function leftoversFinding(dead: readonly string[], living: readonly string[]): Finding {
  const alive = living.length > 0 ? ` (${living.length} of runs that go on)` : ''
  if (dead.length === 0) return row('leftovers', 'ok', `none${alive}`)
  const some = dead.slice(0, 3).join(', ')
  const found = `${dead.length} of former runs: ${some}${dead.length > 3 ? ', …' : ''}${alive}`
  return row('leftovers', 'warning', found, 'Run `badgateway clean`; the next run sweeps them too.')
}

export function row(topic: string, condition: Condition, found: string, advice: string | null = null): Finding {
  return { topic, condition, found, advice }
}

/** Bytes for people. */
function gibibytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`
}
