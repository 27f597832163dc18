import { z } from 'zod'
import type { Exec } from '../exec.ts'

/** What a server shows of itself in a handshake, or why there was none. */
export type ShownCertificate =
  | { readonly validTo: string; readonly isExpired: boolean; readonly name: string }
  | { readonly because: string }

const answer = z.union([
  z.strictObject({ validTo: z.string(), name: z.string() }),
  z.strictObject({ because: z.string() }),
])

/** Where to and how long are arguments, never part of the program. Whoever asks here trusts nobody, and looks only. */
const shaking = `const [host, port, ms] = process.argv.slice(1)
const tell = (said) => {
  console.log(JSON.stringify(said))
  process.exit()
}
const options = { host, port: Number(port), rejectUnauthorized: false }
const socket = require('node:tls').connect(options, () => {
  const { valid_to: validTo = '', subject = {} } = socket.getPeerCertificate()
  tell({ validTo, name: String(subject.CN ?? '') })
})
socket.on('error', ({ code, message }) => tell({ because: code ?? message }))
setTimeout(() => tell({ because: 'ETIMEDOUT' }), Number(ms))`

/** One TLS handshake, by a program of ours in a container that has Node. `now`: wall ms. */
export async function shownCertificate(
  exec: Exec,
  { host, port, timeoutMs, now }: { host: string; port: number; timeoutMs: number; now: number },
): Promise<ShownCertificate> {
  const { output } = await exec(['node', '-e', shaking, host, String(port), String(timeoutMs)], { stdoutOnly: true })
  const shown = answer.parse(JSON.parse(output))
  return 'because' in shown ? shown : { ...shown, isExpired: Date.parse(shown.validTo) < now }
}
