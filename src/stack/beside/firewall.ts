import { BadgatewayError } from '../../kit/errors.ts'
import { ownChain } from '../../protocol/index.ts'
import type { Scene } from '../scene.ts'
import type { Server, Service, Sidecar } from '../types.ts'

/** What happens to packets: refused or swallowed, all of them or only those that open a connection. */
export const filterings = ['reject', 'drop', 'reject-new', 'drop-new'] as const
export type Filtering = (typeof filterings)[number]

/** A filter that is in force. */
export interface Filter {
  /** Packets and bytes that it has met since, in words. */
  counters(): Promise<string>
}

const targets = { reject: ['REJECT', '--reject-with', 'tcp-reset'], drop: ['DROP'] } as const

/**
 * Puts a packet filter for the servers' port into the network namespace of `at`. Without `towards` it meets what
 * arrives there from outside; with it, what leaves there for these servers. Its removal is on record before it is made.
 * It ends when `at` is restarted, for the namespace does.
 */
export async function filterPackets(
  scene: Scene,
  { at, towards, port, how }: { at: Service; towards?: readonly Server[]; port: number; how: Filtering },
): Promise<Filter> {
  const sidecar = await scene.stack.beside(at.name)
  const { containerId: container } = sidecar
  await scene.registerUndo({ verb: 'remove-container', container }, `remove what stands beside ${at.name}`)
  await scene.registerUndo({ verb: 'flush-firewall', container }, `take the packet filter of ${at.name} away`)
  const [kind, newOnly] = how.split('-') as [keyof typeof targets, string?]
  const which = towards?.map(({ address }) => ['-d', address]) ?? [['!', '-i', 'lo']]
  const rule = ['-p', 'tcp', '--dport', String(port), ...(newOnly ? ['--syn'] : []), '-j', ...targets[kind]]
  await iptables(sidecar, ['-N', ownChain])
  for (const packets of which) await iptables(sidecar, ['-A', ownChain, ...packets, ...rule])
  await iptables(sidecar, ['-I', towards ? 'OUTPUT' : 'INPUT', '-j', ownChain])
  return { counters: () => countersOf(sidecar) }
}

async function iptables(sidecar: Sidecar, argv: readonly string[]): Promise<string> {
  const { code, output } = await sidecar.exec(['iptables', '-w', ...argv])
  if (code === 0) return output
  const hint = "Is iptables in the agent's image, and nf_tables in this kernel?"
  throw new BadgatewayError('ENGINE_CALL_FAILED', `iptables ${argv.join(' ')}: ${output.trim()}`, hint)
}

/** Each rule: `12 packets, 720 bytes`. */
async function countersOf(sidecar: Sidecar): Promise<string> {
  const output = await iptables(sidecar, ['-nvx', '-L', ownChain])
  const rules = [...output.matchAll(/^\s*(\d+)\s+(\d+)\s+(?:REJECT|DROP)\b/gm)]
  return rules.map(([, packets, bytes]) => `${packets} packets, ${bytes} bytes`).join('; ')
}
