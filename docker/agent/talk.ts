import { connect } from 'node:net'
import { type TalkAnswer, type TalkWish, talkLimits } from '../../src/protocol/index.ts'
import { lookup } from './names.ts'

const endOfHead = '\r\n\r\n'

/**
 * Sends text on a connection of its own and listens until that ends, or the time is over. Never throws: however it ends
 * is an answer. Unlike a client of HTTP it tells a FIN from a RST, and takes what no client would.
 */
export function talk({ host, port, text, timeoutMs }: TalkWish & { timeoutMs: number }): Promise<TalkAnswer> {
  const begun = performance.now()
  const soFar = () => performance.now() - begun
  const came = { text: '', tail: '', bytes: 0, firstMs: null, bodyMs: null } as Omit<TalkAnswer, 'end' | 'ms'>
  return new Promise((resolve) => {
    const socket = connect({ host, port, lookup, allowHalfOpen: true })
    let isConnected = false
    const tell = (end: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ...came, end, ms: soFar() })
    }
    const timer = setTimeout(() => tell(isConnected ? 'open' : 'ETIMEDOUT'), timeoutMs)
    socket.once('connect', () => {
      isConnected = true
    })
    socket.on('error', (failed: NodeJS.ErrnoException) => {
      const isReset = failed.code === 'ECONNRESET' || failed.code === 'EPIPE'
      tell(isReset ? 'reset' : (failed.code ?? failed.message))
    })
    socket.once('end', () => tell('fin'))
    socket.on('data', (bytes: Buffer) => {
      const piece = bytes.toString('latin1')
      came.firstMs ??= soFar()
      came.bytes += bytes.length
      came.text = (came.text + piece.slice(0, talkLimits.text)).slice(0, talkLimits.text)
      came.tail = (came.tail + piece.slice(-talkLimits.tail)).slice(-talkLimits.tail)
      const head = came.text.indexOf(endOfHead)
      if (head >= 0 && came.bytes > head + endOfHead.length) came.bodyMs ??= soFar()
      if (came.bytes > talkLimits.read) tell('open')
    })
    socket.write(text, 'latin1')
  })
}
