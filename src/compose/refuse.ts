import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { ComposeDocument, DocumentNetwork, DocumentService } from './document.ts'
import { isPager } from './networks.ts'
import { isExternal } from './read.ts'

const leaveOut = 'Leave it out with a profile, or change it in an override file of its own (stack.compose).'

/** COMPOSE_INVALID for what cannot be raised beside the user's own without touching it or the machine. */
export function expectRaisable(
  { services, networks, secrets, configs }: ComposeDocument,
  { isKept }: { isKept: boolean } = { isKept: true },
): void {
  for (const [name, one] of Object.entries(services)) {
    const open = isKept ? (one.network_mode === 'bridge' ? [onEnginesBridge] : []) : isPager(name, one) ? [pages] : []
    for (const why of [...troublesOf(one), ...open]) throw refused(`Service ${inert(name)}`, why)
  }
  for (const [name, one] of Object.entries(networks ?? {})) {
    const why = one ? networkTrouble(one) : undefined
    if (why !== undefined) throw refused(`Network ${inert(name)}`, why)
  }
  for (const [kind, held] of Object.entries({ secret: secrets, config: configs })) {
    const [name] = Object.entries(held ?? {}).find(([, one]) => isExternal(one)) ?? []
    if (name !== undefined) throw refused(`The ${kind} ${inert(name)}`, 'is external, which only Swarm has')
  }
}

const pages = 'is an Alertmanager, and with stack.outside it could page people for what is broken on purpose'
const onEnginesBridge =
  "is on the engine's own bridge (network_mode: bridge), which leads out of this machine: give it a network of its own"

function refused(what: string, why: string): BadgatewayError {
  return new BadgatewayError('COMPOSE_INVALID', `${what} of the Compose project ${why}`, leaveOut)
}

function troublesOf(one: DocumentService): string[] {
  const { network_mode: network = '', pid = '', ipc = '', deploy, volumes_from: from = [] } = one
  const mode = deploy?.mode ?? 'replicated'
  return [
    ...(network === 'host'
      ? ['is on the network of the machine itself (network_mode: host): nothing would be kept apart']
      : []),
    ...(pid === 'host' ? ['sees the processes of the machine itself (pid: host): nothing would be kept apart'] : []),
    ...[network, pid, ipc]
      .filter((shared) => shared?.startsWith('container:'))
      .map((shared) => `joins a container that is not of it (${inert(shared ?? '')})`),
    ...(from ?? [])
      .filter((other) => other.startsWith('container:'))
      .map((other) => `has the volumes of a container that is not of it (${inert(other)})`),
    ...(mode === 'replicated' ? [] : [`is deployed as ${inert(mode)} (deploy.mode), which only Swarm can`]),
  ]
}

function networkTrouble(one: DocumentNetwork): string | undefined {
  const driver = one.driver ?? 'bridge'
  if (isExternal(one)) return one.name === 'host' ? 'is that of the machine itself (host)' : undefined
  if (one['enable_ipv4'] === false) return 'has IPv6 alone, and faults are put between IPv4 addresses'
  if (driver === 'overlay') return 'is an overlay network, which only Swarm has'
  if (driver === 'bridge' || driver === 'default' || driver === 'none') return undefined
  return `is made by the driver ${inert(driver)}: it would reach beyond this machine`
}
