import { inert } from '../kit/inert.ts'
import type { ComposeDocument, DocumentNetwork, DocumentService } from './document.ts'
import { isExternal } from './read.ts'
import { freeSubnet, movedAddress, overlap } from './subnets.ts'

/** What becomes of a network's addresses. */
export interface Moved {
  readonly network: DocumentNetwork
  /** What a service's fixed address is now; undefined: it has none any more. */
  readonly address: (given: string) => string | undefined
}

type Ipam = NonNullable<NonNullable<DocumentNetwork['ipam']>['config']>[number]

/** The network that all services without one are on. */
export const defaultNetwork = 'default'

/** The network of ours that a service has for its published ports alone, by its key. */
export const edgeKey = (service: string) => `badgateway-edge-${service}`

/**
 * Nobody else is on it, and what leaves by it gets no answer: no connection to outside comes about. The engine chooses
 * its addresses: of two checks that begin at the same moment both would choose the same.
 */
export const edgeNetwork: DocumentNetwork = {
  driver: 'bridge',
  driver_opts: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
}

/**
 * Services of which ports are on 127.0.0.1 although nothing of the project can leave this machine: those that are asked
 * for, or else all that publish one, but for an Alertmanager.
 */
export function edgesOf({ services }: ComposeDocument, publish: readonly { readonly service: string }[]): string[] {
  if (publish.length > 0) return [...new Set(publish.map(({ service }) => service))]
  return Object.entries(services).flatMap(([name, one]) => {
    return (one.ports ?? []).length > 0 && !one.network_mode && !isPager(name, one) ? [name] : []
  })
}

/** An Alertmanager by what it is called, or by its program: it has somebody to page. */
export const isPager = (name: string, { image, command, entrypoint }: DocumentService) =>
  /alertmanager/i.test(JSON.stringify([name, image, command, entrypoint]))

/** Every network that the project's services are on, by its key. */
export function networkKeys({ services, networks }: ComposeDocument): string[] {
  const isDefault = ({ networks: on, network_mode: mode }: DocumentService) => !mode && namesOf(on).length === 0
  const common = Object.values(services).some(isDefault) ? [defaultNetwork] : []
  const used = Object.values(services).flatMap((one) => namesOf(one.networks))
  return [...new Set([...Object.keys(networks ?? {}), ...used, ...common])]
}

export const namesOf = (networks: DocumentService['networks']) =>
  Array.isArray(networks) ? networks : Object.keys(networks ?? {})

/**
 * A network of ours in the place of the user's: with its addresses where nobody has them, else with others. `taken`
 * grows by what it gets. `isKept`: nothing leaves it for outside this machine.
 */
export function ownNetwork(
  key: string,
  { services, networks }: ComposeDocument,
  { taken, isKept, say }: { taken: string[]; isKept: boolean; say: (line: string) => void },
): Moved {
  const given = networks?.[key] ?? {}
  const kept = isKept ? { internal: true } : {}
  if (isExternal(given)) {
    const name = inert(given.name ?? key)
    say(`network ${name} is external: a fresh one is in its place, with this project's services alone`)
    return { network: kept, address: () => undefined }
  }
  const { external: _, driver_opts: options, enable_ipv6: hasIpv6, ...rest } = given
  if (hasIpv6) say(`network ${inert(key)} has IPv6: our copy has IPv4 alone, for faults are put between such addresses`)
  const driver = isRecord(options) ? { driver_opts: withoutBridge(options) } : {}
  const network: DocumentNetwork = { ...rest, ...driver, ...kept }
  const statics = Object.values(services).flatMap((one) => addressOf(one, key))
  const fours = (given.ipam?.config ?? []).filter(({ subnet = '' }) => !subnet.includes(':'))
  const moves = fours.map((one) => moveOf(one, { taken, statics }))
  for (const { from, to } of moves) {
    if (from === to) continue
    const instead = to === '' ? 'the engine chooses another' : `so it is ${to}`
    say(`network ${inert(key)}: ${inert(from)} is taken, ${instead}`)
  }
  const config = moves.map(({ entry }) => entry).filter((entry) => entry !== undefined)
  const ipam = given.ipam ? { ipam: { ...given.ipam, config } } : {}
  const address = (one: string) => moves.reduce((at, { from, to }) => movedWith(at, from, to), one)
  return { network: { ...network, ...ipam }, address }
}

interface Move {
  from: string
  /** Empty: the engine chooses. */
  to: string
  entry: Ipam | undefined
}

function moveOf(entry: Ipam, { taken, statics }: { taken: string[]; statics: string[] }): Move {
  const from = entry.subnet
  if (from === undefined) return { from: '', to: '', entry }
  const inside = statics.filter((one) => overlap(from, `${one}/32`))
  if (!taken.some((one) => overlap(one, from))) {
    taken.push(from)
    return { from, to: from, entry }
  }
  if (inside.length === 0) return { from, to: '', entry: undefined }
  const to = freeSubnet(from, taken)
  taken.push(to)
  return { from, to, entry: movedEntry(entry, from, to) }
}

/** The gateway and the like keep their place in it. */
function movedEntry(entry: Ipam, from: string, to: string): Ipam {
  const rest = Object.entries(entry).flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    const [address = '', length] = value.split('/')
    return [[name, [movedAddress(address, from, to), ...(length === undefined ? [] : [length])].join('/')] as const]
  })
  return { ...Object.fromEntries(rest), subnet: to }
}

function movedWith(address: string, from: string, to: string): string {
  if (from === to || to === '' || !overlap(from, `${address}/32`)) return address
  return movedAddress(address, from, to)
}

function addressOf({ networks }: DocumentService, key: string): string[] {
  const joined = networks && !Array.isArray(networks) ? networks[key] : undefined
  return joined?.ipv4_address === undefined ? [] : [joined.ipv4_address]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** No two bridges of a machine have the same name. */
function withoutBridge(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'com.docker.network.bridge.name'))
}
