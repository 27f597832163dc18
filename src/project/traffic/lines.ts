import { formatReader as valuesBy } from '../../nginx/index.ts'

/** What is taken from one line of an access log: nothing that says who asked. */
export interface Asked {
  readonly method: string
  /** With its query. */
  readonly target: string
  readonly status: number | undefined
  /** Epoch ms. */
  readonly atMs: number | undefined
}

/** Undefined: it is no line of this kind. */
export type LineReader = (line: string) => Asked | undefined

/** Readers for what is there as a rule, and for formats of one's own as `log_format` has them. */
export function lineReaders(formats: readonly string[]): LineReader[] {
  return [jsonLine, ...formats.map(formatReader), combinedLine]
}

const requestShape = /^([A-Z]{3,10}) (\S{1,8192})(?: HTTP\/[\d.]{1,5})?$/
/** `… [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 …`, whatever stands around it. */
const combinedShape = /\[([^\]]{20,40})\].{0,200}?"([A-Z]{3,10} \S{1,8192}(?: HTTP\/[\d.]{1,5})?)" (\d{3})\b/

export const combinedLine: LineReader = (line) => {
  const [, time = '', request = '', status] = combinedShape.exec(line) ?? []
  return asked(request, status, clfTime(time))
}

function asked(request: string, status: string | undefined, atMs: number | undefined): Asked | undefined {
  const [, method, target] = requestShape.exec(request) ?? []
  return method === undefined || target === undefined ? undefined : { method, target, status: statusOf(status), atMs }
}

function statusOf(value: unknown): number | undefined {
  const status = Number(value)
  return Number.isInteger(status) && status >= 100 && status < 1_000 ? status : undefined
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** `10/Oct/2000:13:55:36 -0700`. */
function clfTime(text: string): number | undefined {
  const found = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(text)
  if (!found) return undefined
  const [, day, month = '', year, clock, hours, minutes] = found
  const number = String(months.indexOf(month) / 3 + 1).padStart(2, '0')
  return finite(Date.parse(`${year}-${number}-${day}T${clock}${hours}:${minutes}`))
}

const finite = (ms: number) => (Number.isFinite(ms) ? ms : undefined)

/** Seconds, ms, µs or ns since 1970, told apart by their size; ISO 8601; what combined logs have. */
function timeOf(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : /^\d{9,19}(\.\d+)?$/.test(String(value)) ? Number(value) : undefined
  if (number !== undefined) {
    const scale = number < 1e11 ? 1_000 : number < 1e14 ? 1 : number < 1e17 ? 1e-3 : 1e-6
    return finite(number * scale)
  }
  if (typeof value !== 'string') return undefined
  return clfTime(value) ?? finite(Date.parse(value))
}

const keys = {
  method: ['method', 'request_method', 'requestmethod', 'http_method', 'verb', 'http.request.method'],
  target: [
    'request_uri',
    'requesturi',
    'uri',
    'path',
    'url',
    'requesturl',
    'requestpath',
    'request_path',
    'http_path',
    'url.original',
    'url.path',
  ],
  line: ['request', 'request_line', 'requestline'],
  status: ['status', 'status_code', 'statuscode', 'response_code', 'downstreamstatus', 'http.response.status_code'],
  time: [
    't',
    'ts',
    'time',
    'timestamp',
    '@timestamp',
    'time_iso8601',
    'time_local',
    'msec',
    'datetime',
    'date',
    'startutc',
  ],
} as const

/** One JSON object a line, ours or anybody's: by what its keys are called, below `request` and so on, too. */
export const jsonLine: LineReader = (line) => {
  if (!line.startsWith('{')) return undefined
  const fields = fieldsOf(line)
  if (!fields) return undefined
  const get = (names: readonly string[]) => names.map((name) => fields.get(name)).find((one) => one !== undefined)
  const [status, atMs] = [get(keys.status), timeOf(get(keys.time))]
  const byLine = asked(String(get(keys.line) ?? ''), String(status), atMs)
  if (byLine) return byLine
  const [method, target] = [get(keys.method), get(keys.target)]
  if (typeof target !== 'string' || target.length > 8_192) return undefined
  return { method: typeof method === 'string' ? method.toUpperCase() : 'GET', target, status: statusOf(status), atMs }
}

const parents = new Set(['request', 'http', 'httprequest', 'req', 'res', 'response', 'jsonpayload'])

function fieldsOf(line: string): Map<string, unknown> | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map<string, unknown>()
  for (const [name, one] of Object.entries(value)) {
    const key = name.toLowerCase()
    if (typeof one !== 'object' || one === null) fields.set(key, one)
    else if (parents.has(key)) {
      for (const [inner, its] of Object.entries(one)) {
        const innerKey = inner.toLowerCase()
        if ((typeof its !== 'object' || its === null) && !fields.has(innerKey)) fields.set(innerKey, its)
      }
    }
  }
  return fields
}

/** A reader for lines of this `log_format`. */
export function formatReader(format: string): LineReader {
  const read = valuesBy(format)
  return (line) => {
    const values = read(line)
    if (!values) return undefined
    const time = values.get('msec') ?? values.get('time_iso8601') ?? values.get('time_local')
    const [status, atMs] = [values.get('status'), timeOf(time)]
    const request = values.get('request')
    if (request !== undefined) return asked(request, status, atMs)
    const target = values.get('request_uri') ?? values.get('uri')
    return target === undefined ? undefined : asked(`${values.get('request_method') ?? 'GET'} ${target}`, status, atMs)
  }
}
