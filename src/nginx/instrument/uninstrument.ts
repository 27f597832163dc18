import { edit } from '../edit/edit.ts'
import type { EditedFile } from '../edit/splices.ts'
import type { Directive } from '../read/directive.ts'
import type { Dump } from '../read/dump.ts'
import { filesOf } from '../read/files.ts'
import { type Configuration, readConfiguration } from '../read/read.ts'
import { accessLine, variablesIn } from './access-line.ts'

/** Name of our log format, unless it is taken. */
export const formatName = 'badgateway'
/** Behind an `access_log` of ours that stands where `off` stood; as a condition it always holds. */
export const offMark = 'if=off'
/** Behind the log that Nginx would write by itself. */
export const defaultMark = 'if=default'

const isFormat = ({ name, args, block }: Directive) =>
  name === 'log_format' && !block && args[0]?.startsWith(formatName) === true && lineVariables(args) !== undefined

function lineVariables(args: readonly string[]): ReturnType<typeof variablesIn> {
  const text = args.slice(2).join('')
  const variables = variablesIn(text)
  return variables && text === accessLine(variables) ? variables : undefined
}

/** Our `log_format`, wherever it stands; undefined: there are no instruments. */
export const formatIn = (configuration: Configuration): Directive | undefined =>
  edit(configuration).find((one) => isFormat(one) && one.parent?.name === 'http')[0]

/** The release that the instruments say; undefined: there are none. */
export function releaseIn(configuration: Configuration): string | undefined {
  const format = formatIn(configuration)
  const variables = lineVariables(format?.args ?? [])
  const map = format?.parent?.own('map').find(({ args }) => args[1] === `$${variables?.release}`)
  return map?.own('default')[0]?.args[0]
}

/** Takes out what `instrument` added, to the byte. Files that have nothing of it are not among the answer. */
export function uninstrument(configuration: Configuration): EditedFile[] {
  const format = formatIn(configuration)
  const http = format?.parent
  const variables = lineVariables(format?.args ?? [])
  if (!format || !http?.body || !variables) return []
  const work = edit(configuration)
  const [map] = http.own('map').filter(({ args }) => args[1] === `$${variables.status}`)
  if (map && map.start < format.start) {
    work.splice(http.source, { start: http.start - 1, end: http.end, text: '' })
    return work.files()
  }
  const cut = ({ source, start, end }: Directive) => work.splice(source, { start: start - 1, end, text: '' })
  cut(format)
  if (map) work.splice(http.source, { start: map.start - 1, end: http.body.end, text: '' })
  for (const log of work.find(({ name }) => name === 'access_log')) {
    const isDefault = log.args[2] === defaultMark && log.source === format.source && log.start === format.end + 1
    if (isDefault) cut(log)
    else if (log.args[1] === format.args[0] && log.args[2] === offMark) putBack(log, work)
    else if (log.args[1] === format.args[0]) cut(log)
  }
  return work.files()
}

/** The same of what `nginx -T` printed. */
export function uninstrumentedDump({ main, files }: Dump): Dump {
  const edited = uninstrument(readConfiguration({ main, files: filesOf(files) }))
  return { main, files: new Map([...files, ...edited.map(({ path, after }) => [path, after] as const)]) }
}

/** `off`, in the quotes that it had. */
function putBack({ source, words }: Directive, work: ReturnType<typeof edit>): void {
  const [, path, , mark] = words
  const quote = path?.quote ?? ''
  if (path && mark) work.splice(source, { start: path.start, end: mark.end, text: `${quote}off${quote}` })
}
