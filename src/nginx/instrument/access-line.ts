/** One value of our access line: its key, Nginx's expression for it, and whether it is a number in the JSON. */
interface Field {
  readonly key: string
  readonly value: string
  readonly isNumber?: true
}

/** Variables of ours that the line names. */
export interface LineVariables {
  /** The status without leading zeros: 009, of an answer in HTTP/0.9, is no JSON number. Without its `$`. */
  readonly status: string
  /** The release that serves. Without its `$`. */
  readonly release: string
}

/** What one line of our JSON access log holds, in its order. Whoever reads the log reads these keys. */
export const accessFields = ({ status, release }: LineVariables): readonly Field[] => [
  { key: 't', value: '$msec', isNumber: true },
  { key: 'id', value: '$http_x_request_id' },
  { key: 'user', value: '$http_x_user_id' },
  { key: 'method', value: '$request_method' },
  { key: 'path', value: '$uri' },
  { key: 'status', value: `$${status}`, isNumber: true },
  { key: 'bytes', value: '$bytes_sent', isNumber: true },
  { key: 'time', value: '$request_time', isNumber: true },
  { key: 'upstream_addr', value: '$upstream_addr' },
  { key: 'upstream_status', value: '$upstream_status' },
  { key: 'upstream_connect_time', value: '$upstream_connect_time' },
  { key: 'upstream_header_time', value: '$upstream_header_time' },
  { key: 'upstream_response_time', value: '$upstream_response_time' },
  { key: 'upstream_bytes', value: '$upstream_bytes_received' },
  { key: 'cache', value: '$upstream_cache_status' },
  { key: 'release', value: `$${release}` },
]

/** The text of the `log_format`, which has `escape=json`. */
export function accessLine(variables: LineVariables): string {
  const told = accessFields(variables).map(({ key, value, isNumber }) => `"${key}":${isNumber ? value : `"${value}"`}`)
  return `{${told.join(',')}}`
}

/** The variables that such a text names; undefined: it is none. */
export function variablesIn(text: string): LineVariables | undefined {
  const status = /"status":\$(\w+)/.exec(text)?.[1]
  const release = /"release":"\$(\w+)"/.exec(text)?.[1]
  return status === undefined || release === undefined ? undefined : { status, release }
}
