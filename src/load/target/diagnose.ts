import net from 'node:net'
import type { LoadSummary, TargetSpec } from '../types.ts'
import { placeOf } from '../wire/dial.ts'
import { lookAtTls } from './tls-look.ts'

const lookWithinMs = 2_000
/** The preface of HTTP/2 and an empty SETTINGS frame. Source: RFC 9113, 3.4. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')
const suspicious = /^(not_http|tls_failed|closed_without_response|reset|truncated|timeout|http_400|http_426|http_505)$/

/** Why no request of a load was understood, asked of the target itself: it speaks another protocol. */
export async function otherProtocol(target: TargetSpec, { ledger }: LoadSummary): Promise<string | undefined> {
  const names = Object.keys(ledger).filter((name) => name !== 'not_sent' && name !== 'in_flight_at_end')
  if (names.length === 0 || !names.every((name) => suspicious.test(name))) return undefined
  if (target.target.startsWith('https:')) return await otherThanTls(target)
  const tls = await lookAtTls(target, ['h2', 'http/1.1'])
  if (tls.kind === 'trusted' || tls.kind === 'untrusted') return 'the target speaks TLS on this port: write https://'
  const answer = await firstBytes(target, preface)
  return isSettings(answer) ? 'the target speaks HTTP/2 only, and load is HTTP/1.1' : undefined
}

/** Why TLS with HTTP/1.1 cannot be made; undefined when it can, or the target says nothing at all. */
export async function otherThanTls(target: TargetSpec): Promise<string | undefined> {
  const asked = Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  const looks = [lookAtTls(target, ['http/1.1']), lookAtTls(target, ['h2']), firstBytes(target, asked)] as const
  const [one, two, answer] = await Promise.all(looks)
  if (one.kind === 'unreachable') return undefined
  const agreesOnlyOnTwo = one.kind === 'no-tls' || one.protocol !== 'http/1.1'
  if (agreesOnlyOnTwo && (two.kind === 'trusted' || two.kind === 'untrusted') && two.protocol === 'h2') {
    return 'the target speaks HTTP/2 only, and load is HTTP/1.1'
  }
  if (one.kind !== 'no-tls') return undefined
  if (answer.toString('latin1', 0, 7) === 'HTTP/1.') return 'the target speaks plain HTTP on this port: write http://'
  return undefined
}

function isSettings(bytes: Buffer): boolean {
  return bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0
}

/** What comes first when these bytes are sent; empty when nothing does. */
function firstBytes(target: TargetSpec, bytes: Buffer): Promise<Buffer> {
  return new Promise((tell) => {
    const socket = net.connect(placeOf(target))
    let heard: Buffer = Buffer.alloc(0)
    const done = () => {
      clearTimeout(timer)
      socket.destroy()
      tell(heard)
    }
    const timer = setTimeout(done, lookWithinMs)
    socket.once('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk])
      if (heard.length >= 9) done()
    })
    socket.on('end', done)
    socket.on('error', done)
  })
}
