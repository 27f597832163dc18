import { BadgatewayError } from '../../kit/errors.ts'

/** A URL to send load to, taken apart. */
export interface TargetUrl {
  secure: boolean
  /** Name or address, without brackets; empty for a Unix socket. */
  hostname: string
  port: number
  /** The Host header that it means. */
  host: string
  /** Path and query. */
  path: string
  socketPath?: string
  /** `user:password` */
  credentials?: string
}

/** `http://unix:SOCKET:/path`, as Nginx writes it. */
const unixUrl = /^(https?):\/\/(?:([^@/]*)@)?unix:([^:]+)(?::(\/.*)?)?$/i
/** What fits into the kernel's address of a socket. */
const mostSocketPathBytes = 107

/** Takes a URL apart; USAGE for what is none, with user and password masked. */
export function readTargetUrl(text: string): TargetUrl {
  const unix = unixUrl.exec(text)
  if (unix) return ofSocket(text, unix)
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === 'https:'
  if (!url?.hostname || !(secure || url.protocol === 'http:')) throw refused(text, meantBy(text))
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    host: url.host,
    path: `${url.pathname}${url.search}`,
    ...credentialsOf(text, `${url.username}${url.password && `:${url.password}`}`),
  }
}

function ofSocket(
  text: string,
  [, scheme = '', credentials = '', socketPath = '', path = '/']: RegExpExecArray,
): TargetUrl {
  if (Buffer.byteLength(socketPath) > mostSocketPathBytes) {
    throw refused(text, `The path of a socket has at most ${mostSocketPathBytes} bytes.`)
  }
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw refused(text, 'The path behind the socket has characters that a URL cannot have.')
  const secure = scheme.toLowerCase() === 'https'
  const place = { secure, hostname: '', port: 0, host: 'localhost', path, socketPath }
  return { ...place, ...credentialsOf(text, credentials) }
}

function credentialsOf(text: string, encoded: string): { credentials?: string } {
  if (encoded === '') return {}
  try {
    const credentials = decodeURIComponent(encoded)
    return { credentials: credentials.includes(':') ? credentials : `${credentials}:` }
  } catch {
    throw refused(text, 'Its user or password has a % that begins no escape.')
  }
}

/** What was probably meant by a URL without its scheme: `localhost:8080/x`, `unix:/run/a.sock`; undefined: nothing. */
function meantBy(text: string): string | undefined {
  const socket = /^(?:http\+)?unix:(?:\/\/)?(\/[^:@]+)$/i.exec(text)?.[1]
  if (socket !== undefined) return `Did you mean http://unix:${socket}:/ ?`
  const isPlace = /^[\w.-]+(:\d+)?(\/[^@]*)?$/.test(text) && URL.canParse(`http://${text}`)
  return isPlace && /[.:]|^localhost/.test(text) ? `Did you mean http://${text} ?` : undefined
}

function refused(
  text: string,
  hint = 'Write http://HOST:PORT/PATH, https://HOST:PORT/PATH or http://unix:SOCKET:/PATH.',
) {
  return new BadgatewayError('USAGE', `'${maskedUrl(text)}' is no URL to send load to`, hint)
}

/** A URL as it may be shown: without user and password. */
export function maskedUrl(text: string): string {
  return text.replace(/\/\/(?:[^/?#]*|.*(?=@[^/]*$))@/, '//***@')
}
