import { isGone } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { Service, Sidecar, Stack } from '../types.ts'

/** The rules of a packet filter that no description specifies: there are none, so any rule is foreign. */
export interface ForeignRules {
  service: string
  /** As iptables lists them: `-A INPUT -p tcp … -j DROP`. */
  rules: string[]
}

/** Every rule of the packet filters around these services, seen from beside each of them. */
async function foreignRules(stack: Stack, services: readonly string[]): Promise<ForeignRules[]> {
  return await Promise.all(
    services.map(async (service) => ({ service, rules: await beside(stack, service, async (at) => rulesOf(at)) })),
  )
}

/** Empties the packet filter of a service, and gives what is left. */
export async function emptyFirewall(stack: Stack, service: string): Promise<ForeignRules> {
  const rules = await beside(stack, service, async (at) => {
    const steps = [['-F'], ['-X'], ...['INPUT', 'OUTPUT', 'FORWARD'].map((hook) => ['-P', hook, 'ACCEPT'])]
    for (const step of steps) await iptables(at, step)
    return await rulesOf(at)
  })
  return { service, rules }
}

/** Every rule of the packet filters around proxy and backends. What does not run has no network, and so no filter. */
export async function lookAround(stack: Stack): Promise<ForeignRules[]> {
  const around = [...stack.byRole('proxy'), ...stack.servers()]
  const all = await Promise.all(around.map(async (service) => ((await runs(service)) ? [service.name] : [])))
  return await foreignRules(stack, all.flat())
}

async function beside<T>(stack: Stack, service: string, work: (at: Sidecar) => Promise<T>): Promise<T> {
  const sidecar = await stack.beside(service)
  try {
    return await work(sidecar)
  } finally {
    await sidecar.remove()
  }
}

async function rulesOf(at: Sidecar): Promise<string[]> {
  const lines = (await iptables(at, ['-S'])).split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('-A ') || /^-P \w+ (?!ACCEPT)/.test(line))
}

async function iptables(at: Sidecar, argv: readonly string[]): Promise<string> {
  const { code, output } = await at.exec(['iptables', '-w', ...argv])
  if (code === 0) return output
  const hint = "Is iptables in the agent's image, and nf_tables in this kernel?"
  throw new BadgatewayError('ENGINE_CALL_FAILED', `iptables ${argv.join(' ')}: ${output.trim()}`, hint)
}

/** A container that is gone does not run; where nobody can tell, it rejects: nothing found would be no finding. */
async function runs(service: Service): Promise<boolean> {
  try {
    return (await service.state()).running
  } catch (thrown) {
    if (thrown instanceof Error && isGone(thrown.cause)) return false
    throw thrown
  }
}
