import { ownOf } from '../../kit/own.ts'
import { edit } from '../edit/edit.ts'
import { type EditedFile, type Splice, written } from '../edit/splices.ts'
import { socketOf } from '../knowledge/socket.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import { accessLine, type LineVariables } from './access-line.ts'
import { type Level, levelsOf, placesFor, streamPlaces } from './log-levels.ts'
import { defaultMark, formatIn, formatName, offMark } from './uninstrument.ts'

/** What a configuration is to tell us. */
export interface Instruments {
  /** `127.0.0.1:8081`, where the status server listens: a socket that the configuration does not use. */
  readonly status: string
  /** What `/config-hash` answers and each line of the log says. Words of letters, digits, `.`, `_` and `-`. */
  readonly release: string
  /** Files that get our access log: `/var/log/badgateway/access.jsonl`. */
  readonly logs: readonly [string, ...string[]]
  /**
   * Where Nginx writes when no `access_log` is set (`--http-log-path` of `nginx -V`): ours would turn that off, so it
   * is written down. Default: `/var/log/nginx/access.log`, as in Debian and the official images.
   */
  readonly defaultLog?: string
  /** Whether this Nginx has stub_status; default true. */
  readonly hasStubStatus?: boolean
  /** Mistakes in files beside that of the http block are left to Nginx to refuse; default false. */
  readonly isDraft?: boolean
  /** Files that it includes and that were not given hold no http block; default false: they may. */
  readonly isWhole?: boolean
}

/** Paths of the status server. */
export const statusPaths = { release: '/config-hash', counters: '/stub_status' } as const

/** One thing that was added. Lines are those of the file before and after: nothing added has a line of its own. */
export interface Added {
  readonly what: 'log format' | 'access log' | 'release' | 'status server' | 'http block'
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** A place where the log will not be as it should. */
export interface Lacking {
  readonly file: string
  readonly line: number
  readonly because: string
}

/** A configuration with our instruments in it. */
export interface Instrumented {
  readonly files: readonly EditedFile[]
  readonly added: readonly Added[]
  readonly lacking: readonly Lacking[]
}

/** Names that are free in this configuration. */
interface Names extends LineVariables {
  readonly log: string
  readonly digits: string
}

/**
 * Adds to any configuration a status server (`/config-hash`, `/stub_status`), the release as a variable, and our JSON
 * access log beside the user's own at every level that sets one, since Nginx inherits none into such a level.
 * `because`: why it cannot be. `stream` and `mail` are left alone. Taken out again by `uninstrument`.
 */
export function instrument(configuration: Configuration, given: Instruments): Instrumented | { because: string } {
  const because = obstacle(configuration, given)
  if (because !== undefined) return { because }
  const names = namesFor(configuration)
  const work = new Work(configuration)
  const http = work.find('http')
  const line = `log_format ${names.log} escape=json '${accessLine(names)}';`
  const logs = given.logs.map((path) => `access_log ${written(path)} ${names.log};`).join(' ')
  const levels = levelsOf(configuration)
  const outermost = levels.some(({ block }) => block === http) ? [] : [defaultLog(given), logs]
  const head = [line, ...outermost].join(' ')
  const maps = mapsOf(names, given)
  const server = serverOf(http, names, given)
  // Behind all of the block's own: a map would settle the size of the tables of maps, which is set but once.
  const tail = ` ${[...maps, server].join(' ')} `
  if (!http) work.addHttp([...maps, head, server])
  else {
    work.add('log format', http, http.body?.start ?? 0, ` ${head}`)
    for (const place of placesFor(levels, streamPlaces(configuration), work.lacking))
      work.addLog(place, given.logs, names.log)
    const end = http.body?.end ?? 0
    // A template's place for directives ends with its line.
    const isOpen = /\$\{\w+\}[ \t]*$/.test(http.source.text.slice(Math.max(0, end - 200), end))
    work.add('status server', http, end, isOpen ? `\n${tail.trimStart()}` : tail)
  }
  return work.done()
}

/** Why nothing can be added. */
function obstacle(configuration: Configuration, given: Instruments): string | undefined {
  const { status, release, logs, isDraft = false, isWhole = false } = given
  const { directives, unread } = configuration
  if (!/^[\w.-]+( [\w.-]+)*$/.test(release)) return `'${release}' is no name of a release`
  const bad = logs.find((path) => !path.startsWith('/') || /[$\s]/.test(path))
  if (bad !== undefined) return `'${bad}' is no path of a log`
  const socket = socketOf(status)
  if (!socket || !/^unix:|(^|:)\d+$/i.test(status)) return `'${status}' is no address for the status server`
  const main = directives.find(({ name, block }) => name === 'http' && block)?.file
  const isLeft = (file: string) => isDraft && main !== undefined && file !== main
  const refused = unread.find(({ kind, file }) => kind === 'refused' && !isLeft(file))
  if (refused) return `${refused.file}:${refused.line}: ${refused.because}`
  const format = formatIn(configuration)
  if (format) return `it has our instruments already (${format.file}:${format.line})`
  const isMain = directives.some(({ name, block }) => name === 'events' && block)
  if (main === undefined && (!isMain || (!isWhole && unread.some(({ include }) => include?.parent === null)))) {
    return 'it has no http block, and is not known to be a whole configuration'
  }
  const taken = edit(configuration).find((one) => listensAt(one).some((address) => socketOf(address)?.meets(socket)))[0]
  return taken && `${status} is taken: ${taken.file}:${taken.line} listens there`
}

/** A server without a `listen` takes port 80. */
function listensAt(one: Directive): string[] {
  const isServer = (it: Directive | null) =>
    it?.name === 'server' && it.block !== null && it.parent?.name !== 'upstream'
  if (one.name === 'listen' && isServer(one.parent)) return one.args.slice(0, 1)
  return isServer(one) && !one.has('listen') && one.within('http') ? ['80'] : []
}

/** Where Nginx writes by itself as long as no level sets a log. */
const defaultLog = ({ defaultLog: path = '/var/log/nginx/access.log' }: Instruments) =>
  `access_log ${written(path)} combined ${defaultMark};`

function namesFor(configuration: Configuration): Names {
  const words = new Set(
    edit(configuration)
      .find(() => true)
      .flatMap(({ words: all }) => all.map(({ text }) => text)),
  )
  const all = [...words].join(' ')
  const free = (name: string) => {
    let tried = name
    for (let count = 2; all.includes(tried); count += 1) tried = `${name}_${count}`
    return tried
  }
  return {
    log: free(formatName),
    release: free('badgateway_release'),
    status: free('badgateway_status'),
    digits: free('badgateway_digits'),
  }
}

function mapsOf({ release, status, digits }: Names, given: Instruments): string[] {
  return [
    `map $status $${status} { default $status; "~^0*(?<${digits}>[0-9]+)$" $${digits}; }`,
    `map "" $${release} { default "${given.release}"; }`,
  ]
}

/** What a http block may set for all servers and what takes it away again for ours, which is asked by us alone. */
const ours: Readonly<Record<string, string>> = {
  allow: 'allow all;',
  auth_basic: 'auth_basic off;',
  auth_request: 'auth_request off;',
  deny: 'allow all;',
  mirror: 'mirror off;',
  ssl: 'ssl off;',
}

function serverOf(http: Directive | undefined, { release }: Names, given: Instruments): string {
  const undone = new Set((http?.block ?? []).flatMap(({ name }) => ownOf(ours, name) ?? []))
  const stub = given.hasStubStatus === false ? [] : [`location = ${statusPaths.counters} { stub_status; }`]
  const hash = `location = ${statusPaths.release} { default_type text/plain; return 200 "$${release}\\n"; }`
  return ['server {', `listen ${given.status};`, 'access_log off;', ...undone, ...stub, hash, '}'].join(' ')
}

/** The edit, and what is told of it. */
class Work {
  readonly added: Added[] = []
  readonly lacking: Lacking[]
  readonly #configuration: Configuration
  readonly #edit: ReturnType<typeof edit>

  constructor(configuration: Configuration) {
    this.#configuration = configuration
    this.#edit = edit(configuration)
    const limits = this.find('http')?.own('limit_req', 'limit_conn') ?? []
    const limited = 'this limit holds for the status server, too'
    this.lacking = limits.map(({ file, line }) => ({ file, line, because: limited }))
    const unread = configuration.unread.flatMap(({ file, line, because, include }) => {
      const isHttp = include?.parent && (include.parent.name === 'http' || include.within('http'))
      return isHttp ? [{ file, line, because: `${because}: an access_log there takes the place of ours` }] : []
    })
    this.lacking.push(...unread)
  }

  find(name: string): Directive | undefined {
    return this.#configuration.directives.find((one) => one.name === name && one.block)
  }

  add(what: Added['what'], { source }: Directive, at: number, text: string): void {
    this.#splice(what, source, { start: at, end: at, text })
  }

  addHttp(lines: readonly string[]): void {
    const events = this.find('events')
    if (events) this.add('http block', events, events.end, ` http { ${lines.join(' ')} }`)
  }

  addLog({ directive, isOff }: Level['logs'][number], logs: Instruments['logs'], format: string): void {
    const [first, ...more] = logs
    const behind = (paths: readonly string[]) => paths.map((path) => ` access_log ${written(path)} ${format};`).join('')
    const [, word] = directive.words
    if (isOff && word) {
      const path = word.quote === null ? written(first) : `${word.quote}${first}${word.quote}`
      const text = `${path} ${format} ${offMark}`
      this.#splice('access log', directive.source, { start: word.start, end: word.end, text })
    }
    const paths = isOff ? more : logs
    if (paths.length > 0) this.add('access log', directive, directive.end, behind(paths))
  }

  done(): Instrumented {
    return { files: this.#edit.files(), added: this.added, lacking: this.lacking }
  }

  #splice(what: Added['what'], source: Directive['source'], splice: Splice): void {
    this.#edit.splice(source, splice)
    const { line } = source.place(splice.start)
    this.added.push({ what, file: source.file, line, text: splice.text.trim() })
  }
}
