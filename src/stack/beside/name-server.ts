import { BadgatewayError } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import { ownChain } from '../../protocol/index.ts'
import type { Scene } from '../scene.ts'
import type { Service, Sidecar } from '../types.ts'

/** Where our name server listens beside a service. */
const ownPort = 8_653

/** The engine's own resolver, as every container on a network that somebody named has it. */
const engineResolver = '127.0.0.11'

export interface Misled {
  /** The name, as it is asked for. */
  host: string
  /** What is answered; null: that there is no such name. */
  address: string | null
}

/**
 * Answers for one name, and hands every other question on as it is. What is asked are arguments, never part of the
 * program. The engine's resolver is asked at the port where it really listens, past our own redirection.
 */
const answering = `const [host, address, upstream, port] = process.argv.slice(1)
const dgram = require('node:dgram')
const server = dgram.createSocket('udp4')
const nameIn = (packet) => {
  const labels = []
  for (let at = 12; at < packet.length && packet[at] > 0 && packet[at] < 64; at += packet[at] + 1)
    labels.push(packet.toString('latin1', at + 1, at + 1 + packet[at]))
  return labels.join('.').toLowerCase()
}
const answer = (packet) => {
  const end = 12 + nameIn(packet).length + 2
  const isAddress = packet.readUInt16BE(end) === 1
  const head = Buffer.from(packet.subarray(0, end + 4))
  head.writeUInt16BE(0x8180 | (packet.readUInt16BE(2) & 0x0100) | (address === '' ? 3 : 0), 2)
  const count = address !== '' && isAddress ? 1 : 0
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(count, 6)
  head.writeUInt32BE(0, 8)
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]
  return Buffer.concat([head, Buffer.from(count ? record : [])])
}
server.on('message', (packet, from) => {
  if (nameIn(packet) === host.toLowerCase()) return server.send(answer(packet), from.port, from.address)
  const asking = dgram.createSocket('udp4')
  const over = setTimeout(() => asking.close(), 10000)
  asking.on('error', () => undefined)
  asking.on('message', (told) => {
    clearTimeout(over)
    server.send(told, from.port, from.address)
    asking.close()
  })
  asking.send(packet, Number(upstream), '${engineResolver}')
})
server.bind(Number(port), '127.0.0.1')`

/**
 * Has one name answered otherwise for whoever asks in the network namespace of a service, with its end on record
 * before. ENGINE_UNSUITED where names are not asked of the engine's resolver: then nothing was changed.
 */
export async function mislead(scene: Scene, at: Service, { host, address }: Misled): Promise<void> {
  const sidecar = await scene.stack.beside(at.name)
  const { containerId: container } = sidecar
  await scene.registerUndo({ verb: 'remove-container', container }, `remove what stands beside ${at.name}`)
  const upstream = await resolverPort(sidecar, at)
  await scene.registerUndo({ verb: 'flush-firewall', container }, `let ${at.name} ask for ${host} as before`)
  const argv = [answering, host, address ?? '', String(upstream), String(ownPort)]
  // The first argument is what it runs; it goes on when this call has ended.
  await run(sidecar, at, ['bash', '-c', 'node -e "$0" "$@" >/tmp/names.log 2>&1 </dev/null &', ...argv])
  await run(sidecar, at, ['iptables', '-w', '-t', 'nat', '-N', ownChain])
  const questions = ['-d', engineResolver, '-p', 'udp', '--dport', '53']
  const toUs = ['-j', 'REDIRECT', '--to-ports', String(ownPort)]
  await run(sidecar, at, ['iptables', '-w', '-t', 'nat', '-A', ownChain, ...questions, ...toUs])
  await run(sidecar, at, ['iptables', '-w', '-t', 'nat', '-I', 'OUTPUT', '-j', ownChain])
}

/** Its rules say where the questions go. */
async function resolverPort(sidecar: Sidecar, at: Service): Promise<number> {
  const rules = await run(sidecar, at, ['iptables', '-w', '-t', 'nat', '-S'])
  const found = /-p udp .*-destination 127\.0\.0\.11:(\d+)/.exec(rules)?.[1]
  if (found !== undefined) return Number(found)
  const hint = 'Only a container on a network of its own, other than the default bridge, asks the engine for names.'
  throw new BadgatewayError('ENGINE_UNSUITED', `${at.name} does not ask the engine's resolver for names`, hint)
}

async function run(sidecar: Sidecar, at: Service, argv: readonly string[]): Promise<string> {
  const { code, output } = await sidecar.exec(argv)
  if (code === 0) return output
  const what = `${argv[0]} beside ${at.name} ended with ${code}: ${inert(output.trim().slice(0, 300))}`
  throw new BadgatewayError('ENGINE_CALL_FAILED', what, "Is iptables in the agent's image, and nf_nat in this kernel?")
}
