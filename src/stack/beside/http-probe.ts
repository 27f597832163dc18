import { reasonOf } from '../../kit/errors.ts'
import type { Exec } from '../exec.ts'

const limitS = 2
/** What an exec costs beside the question itself. */
const graceMs = 5_000

/** Asks one page over HTTP/1.0; the name, port and path come as arguments, so that no text becomes a command. */
const script = [
  'exec 3<>"/dev/tcp/$1/$2" || exit 7',
  'printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" "$3" "$1" >&3',
  'IFS= read -r line <&3 || exit 8',
  'printf "%s" "$line"',
].join('; ')

/** What an HTTP probe from inside a container gets. */
export interface HttpProbed {
  /** A port that takes a connection is `open` when no page was asked for; `status` when a page was answered. */
  outcome: 'status' | 'refused' | 'no route' | 'unknown name' | 'silent' | 'closed' | 'cannot ask'
  /** HTTP status; null when none was answered. */
  status: number | null
  because: string
}

/** One HTTP request from where programs are run by `exec`. */
export async function httpProbe(exec: Exec, target: { host: string; port: number; path: string }): Promise<HttpProbed> {
  const { host, port, path } = target
  const argv = ['timeout', String(limitS), 'bash', '-c', script, 'http-probe', host, String(port), path]
  const asked = await exec(argv, { timeoutMs: limitS * 1_000 + graceMs }).catch((thrown: unknown) => {
    return { code: -1, output: reasonOf(thrown) }
  })
  return understand(asked)
}

/** What exit code and output of the script mean. */
export function understand({ code, output }: { code: number; output: string }): HttpProbed {
  const said = output.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
  const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(said)?.[1] ?? Number.NaN)
  const none = (outcome: HttpProbed['outcome'], because: string): HttpProbed => ({ outcome, status: null, because })
  if (code === 0 && Number.isInteger(status)) return { outcome: 'status', status, because: `status ${status}` }
  if (code === 124) return none('silent', `no answer within ${limitS} s`)
  if (code === 8) return none('closed', 'the connection was closed without an answer')
  if (code !== 7) return none('cannot ask', said || `exit code ${code}`)
  if (/refused/.test(output)) return none('refused', 'connection refused')
  if (/No route|unreachable/.test(output)) return none('no route', 'no route to it')
  if (/not known|resolution|resolve/.test(output)) return none('unknown name', 'its name does not resolve')
  return none('silent', said)
}
