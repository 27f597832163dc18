import net from 'node:net'
import tls from 'node:tls'
import type { TargetSpec } from '../types.ts'

/** Opens a connection to one target; `heard` gets what it says, in bytes that are only lent for the call. */
export type Dial = (heard: (bytes: Buffer) => void) => net.Socket

/** All connections of a thread read into the same bytes, one after the other. */
const bytesPerRead = 64 * 1024

/** How connections to a target are opened; both halves close on their own. */
export function dialerOf(target: TargetSpec): Dial {
  const where = placeOf(target)
  const buffer = Buffer.allocUnsafeSlow(bytesPerRead)
  if (!isSecure(target)) {
    return (heard) => {
      const callback = (length: number) => {
        heard(buffer.subarray(0, length))
        return true
      }
      return net.connect({ ...where, noDelay: true, allowHalfOpen: true, onread: { buffer, callback } })
    }
  }
  const { name = '', ca, insecure = false } = target.tls ?? {}
  const secureContext = tls.createSecureContext(ca === undefined ? {} : { ca })
  return (heard) => {
    const socket = tls.connect({
      socket: net.connect({ ...where, noDelay: true, allowHalfOpen: true }),
      secureContext,
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['http/1.1'],
      ...(name && !net.isIP(name) ? { servername: name } : {}),
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
    })
    socket.on('data', heard)
    return socket
  }
}

export function isSecure({ target }: TargetSpec): boolean {
  return target.startsWith('https:')
}

/** What `net.connect` is told of the place. */
export function placeOf(target: TargetSpec): { path: string } | { host: string; port: number } {
  if (target.socketPath !== undefined) return { path: target.socketPath }
  const { hostname, port } = new URL(target.target)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isSecure(target) ? 443 : 80)) }
}
