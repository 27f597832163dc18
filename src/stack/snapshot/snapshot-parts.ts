import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { ServiceSnapshot, StackSnapshot } from '../../kit/stack-snapshot.ts'
import type { RuleGroup } from '../prometheus.ts'

/** `nginx 1.26.3`, from what `nginx -v` and the like print; null when there is no version in it. */
export function programOf(program: string, output: string): string | null {
  const found = /\bv?(\d+\.\d+(?:\.\d+)*[\w+~]*)/.exec(output)?.[1]
  return found === undefined ? null : `${program} ${found}`
}

/** What `nginx -T` printed, by file: no comments, no blank lines, one space where there were several. */
export function configurationOf(output: string): NonNullable<ServiceSnapshot['configuration']> {
  const [, ...parts] = output.split(/^# configuration file (\S+):$/m)
  const files: Record<string, string[]> = {}
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const lines = (parts[at + 1] ?? '').split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '))
    files[parts[at] ?? ''] = lines.filter((line) => line !== '' && !line.startsWith('#'))
  }
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { hash: hashOf(JSON.stringify(sorted)), files: sorted }
}

const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE|CREDENTIAL|_KEY$/i

/** `NAME=value` lines as names with hashed values; of what is secret by its name only that it is set. */
export function envOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.map((line): [string, string] => {
    const cut = line.indexOf('=')
    const [name, value] = [line.slice(0, cut), line.slice(cut + 1)]
    return [name, secretName.test(name) ? 'set' : hashOf(value)]
  })
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Networks of a run without the run's name. */
export function networksOf(names: readonly string[]): string[] {
  return names.map((name) => /-(internal|edge)$/.exec(name)?.[1] ?? name).sort()
}

/** Names on all of these networks, without the one that the engine makes of the container's id. */
export function aliasesOf(
  networks: Readonly<Record<string, { Aliases?: readonly string[] | null }>>,
  containerId: string,
): string[] {
  const all = Object.values(networks).flatMap(({ Aliases: aliases }) => aliases ?? [])
  return [...new Set(all)].filter((alias) => !containerId.startsWith(alias)).sort()
}

/** What a container is started with: a hash of it where it may hold a secret. */
export function commandOf(config: { Entrypoint?: string | string[] | undefined; Cmd?: string[] | null }): string {
  const words = [config.Entrypoint ?? [], config.Cmd ?? []].flat()
  return `${words[0] ?? ''} ${hashOf(JSON.stringify(words))}`.trim()
}

interface Cores {
  NanoCpus?: number | undefined
  CpuQuota?: number | undefined
  CpuPeriod?: number | undefined
}

/** Null: all there are. */
export function coresOf(host: Cores): number | null {
  if (host.NanoCpus) return host.NanoCpus / 1e9
  return host.CpuQuota && host.CpuQuota > 0 ? host.CpuQuota / (host.CpuPeriod || usualPeriodUs) : null
}

/** Of the kernel's scheduler. */
const usualPeriodUs = 100_000

/** Rules that Prometheus has, by kind, name and file: a hash of what each says. */
export function rulesOf(groups: readonly RuleGroup[]): NonNullable<StackSnapshot['rules']> {
  const rules = groups.flatMap(({ file, rules: own }) => {
    return own.map(({ type, name, query, duration, labels }): [string, string] => {
      const kind = type === 'alerting' ? 'alert' : type
      return [`${kind} ${name} in ${basename(file)}`, hashOf(JSON.stringify([query, duration, labels]))]
    })
  })
  return Object.fromEntries(rules.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
