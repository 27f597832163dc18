import { type AccessKey, accessNumbers } from '../../kit/access-line.ts'

/** Variables of ours that the line names. */
export interface LineVariables {
  /** The status without leading zeros: 009, of an answer in HTTP/0.9, is no JSON number. Without its `$`. */
  readonly status: string
  /** The release that serves. Without its `$`. */
  readonly release: string
}

/** Nginx's expression for each value of the line, in its order. Whoever reads the log reads these keys. */
const valuesOf = ({ status, release }: LineVariables): Readonly<Record<AccessKey, string>> => ({
  t: '$msec',
  id: '$http_x_request_id',
  user: '$http_x_user_id',
  method: '$request_method',
  path: '$uri',
  status: `$${status}`,
  bytes: '$bytes_sent',
  time: '$request_time',
  upstream_addr: '$upstream_addr',
  upstream_status: '$upstream_status',
  upstream_connect_time: '$upstream_connect_time',
  upstream_header_time: '$upstream_header_time',
  upstream_response_time: '$upstream_response_time',
  upstream_bytes: '$upstream_bytes_received',
  cache: '$upstream_cache_status',
  release: `$${release}`,
})

/** The text of the `log_format`, which has `escape=json`. */
export function accessLine(variables: LineVariables): string {
  const told = Object.entries(valuesOf(variables)).map(([key, value]) => {
    return `"${key}":${accessNumbers.has(key) ? value : `"${value}"`}`
  })
  return `{${told.join(',')}}`
}

/** The variables that such a text names; undefined: it is none. */
export function variablesIn(text: string): LineVariables | undefined {
  const status = /"status":\$(\w+)/.exec(text)?.[1]
  const release = /"release":"\$(\w+)"/.exec(text)?.[1]
  return status === undefined || release === undefined ? undefined : { status, release }
}
