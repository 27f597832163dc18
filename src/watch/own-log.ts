import type { AccessLine } from '../kit/access-line.ts'
import { formatReader, type OwnLog } from '../nginx/index.ts'
import type { LogLine } from '../stack/index.ts'

export interface OwnLogReader {
  /** Undefined: the line is none of these formats. */
  read(line: Pick<LogLine, 'text' | 'wallMs'>): AccessLine | undefined
  /** Its lines tell by which request they are. */
  readonly hasIds: boolean
}

/**
 * Reads the access log of a proxy by its own formats. What they do not tell is empty, and no write. A line is of the
 * moment when it came: seconds that were told are not told again, and a buffered one comes late.
 */
export function ownLogReader({ formats, ids }: OwnLog): OwnLogReader {
  const readers = formats.map(({ text, escaping }) => formatReader(text, escaping))
  const read: OwnLogReader['read'] = ({ text, wallMs }) => {
    for (const reader of readers) {
      const values = reader(text)
      const found = values && lineOf(values, ids, wallMs)
      if (found) return found
    }
    return undefined
  }
  return { read, hasIds: ids.length > 0 }
}

function lineOf(values: ReadonlyMap<string, string>, ids: readonly string[], wallMs: number): AccessLine | undefined {
  const get = (name: string) => values.get(name) ?? ''
  const status = get('status')
  if (!/^[1-9]\d\d$/.test(status)) return undefined
  const [method = '', path = ''] = get('request').split(' ')
  return {
    t: wallMs / 1_000,
    id: ids.map(get).find((one) => one !== '') ?? '',
    user: '',
    // Who does not know what was asked counts no write.
    method: get('request_method') || method || 'GET',
    path: get('request_uri') || path || get('uri'),
    status: Number(status),
    bytes: Number(get('bytes_sent')) || 0,
    time: Number(get('request_time')) || 0,
    upstream_addr: get('upstream_addr'),
    // Without them there are as many as servers that were asked.
    upstream_status: get('upstream_status') || get('upstream_addr'),
    // Of a connection that was not made there is a time, and it is none.
    upstream_connect_time: get('upstream_connect_time') || (values.has('upstream_connect_time') ? '-' : ''),
    upstream_header_time: get('upstream_header_time'),
    upstream_response_time: get('upstream_response_time'),
    upstream_bytes: '',
    cache: get('upstream_cache_status'),
    release: '',
  }
}
