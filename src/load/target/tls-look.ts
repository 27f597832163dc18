import net from 'node:net'
import tls from 'node:tls'
import type { TargetSpec } from '../types.ts'
import { placeOf } from '../wire/dial.ts'

/** On this machine or in its network; a peer that does not shake hands is not waited for. */
const lookWithinMs = 2_000

/** The reason of a certificate that is good, and somebody else's. */
export const wrongName = 'ERR_TLS_CERT_ALTNAME_INVALID'

/** What one handshake found: `trusted`, why the certificate is not, or why there was no TLS. */
export type TlsLook =
  | { kind: 'trusted'; protocol: string }
  | { kind: 'untrusted'; reason: string; protocol: string }
  | { kind: 'no-tls'; code: string }
  | { kind: 'unreachable'; code: string }

/** Shakes hands once, whatever the certificate, offering these protocols. */
export function lookAtTls(target: TargetSpec, protocols: readonly string[]): Promise<TlsLook> {
  const { name = '', ca } = target.tls ?? {}
  return new Promise((tell) => {
    let connected = false
    const raw = net.connect(placeOf(target))
    raw.once('connect', () => (connected = true))
    const socket = tls.connect({
      socket: raw,
      rejectUnauthorized: false,
      ALPNProtocols: [...protocols],
      ...(ca === undefined ? {} : { ca }),
      ...(name && !net.isIP(name) ? { servername: name } : {}),
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
    })
    const done = (look: TlsLook) => {
      clearTimeout(timer)
      socket.destroy()
      raw.destroy()
      tell(look)
    }
    const failed = (code: string) => done({ kind: connected ? 'no-tls' : 'unreachable', code })
    const timer = setTimeout(() => failed('ETIMEDOUT'), lookWithinMs)
    socket.once('secureConnect', () => {
      const protocol = socket.alpnProtocol || ''
      const doubt = doubtOf(socket, name)
      done(doubt ? { kind: 'untrusted', reason: doubt, protocol } : { kind: 'trusted', protocol })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message))
    socket.on('close', () => failed('closed'))
  })
}

function doubtOf(socket: tls.TLSSocket, name: string): string | undefined {
  if (!socket.authorized) return codeOf(socket.authorizationError)
  return tls.checkServerIdentity(name, socket.getPeerCertificate()) ? wrongName : undefined
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return String(error)
}
