import { levelsOf } from '../instrument/log-levels.ts'
import { type Escape, variablesOf } from '../knowledge/log-format.ts'
import type { Model } from '../knowledge/model.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import { Sites } from './sites.ts'

/** What a proxy logs of its requests by its own configuration. */
export interface OwnLog {
  readonly formats: readonly { readonly text: string; readonly escaping: Escape }[]
  /** Absolute paths; one may be a link to the output, which needs no file. */
  readonly files: readonly string[]
  /** Lines come late. */
  readonly isBuffered: boolean
  /** The variables whose value is the id that a request came with; empty: none is logged. */
  readonly ids: readonly string[]
  /** Each request is told by one line, as far as the configuration says. */
  readonly isWhole: boolean
  /** What cannot be known from it, half a sentence each. */
  readonly unknown: readonly string[]
}

/** Whoever asks gives each request one of these; Nginx's own $request_id is another. */
const idVariable = 'http_x_request_id'
const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
/** Of Debian's and the project's packages. */
const defaultFile = '/var/log/nginx/access.log'
const outputs: readonly string[] = ['/dev/stdout', '/dev/stderr', '/proc/self/fd/1', '/proc/self/fd/2', '/proc/1/fd/1']

interface Written {
  readonly to: string
  readonly name: string
  readonly format: { readonly text: string; readonly escaping: Escape }
  readonly names: readonly string[]
  readonly directive: Directive | undefined
}

/** The access log that tells most, of each level one. Pure. */
export function ownLogOf(configuration: Configuration): OwnLog {
  const { model } = new Sites(configuration)
  const formats = formatsOf(model)
  const levels = levelsOf(configuration)
  const told = levels.map(({ logs }) => {
    const open = logs.filter(({ isOff }) => !isOff).map(({ directive }) => writtenBy(directive, formats))
    return { isOff: open.length < logs.length, best: open.toSorted((a, b) => worth(b) - worth(a))[0] }
  })
  const chosen = told.flatMap(({ best }) => best ?? [])
  // A server that sets none inherits what http has, or Nginx's default.
  if (!levels.some(({ block }) => block.name === 'http')) chosen.push(byDefault)
  const readable = chosen.filter(({ to }) => to.startsWith('/') && !to.includes('$'))
  const ids = readable.map(({ names }) => names.filter((name) => isId(name, model)))
  const gaps = gapsIn(chosen, { readable, isOff: told.some(({ isOff }) => isOff) })
  const hasIds = ids.every((found) => found.length > 0)
  return {
    formats: [...new Map(readable.map(({ format }) => [format.text, format])).values()],
    files: [...new Set(readable.map(({ to }) => to).filter((to) => !outputs.includes(to)))],
    isBuffered: chosen.some(({ directive }) => directive?.args.some((one) => /^(buffer|gzip|flush)\b/.test(one))),
    ids: hasIds ? [...new Set(ids.flat())] : [],
    isWhole: gaps.length === 0,
    unknown: [...gaps, ...lacksIn(readable, hasIds)],
  }
}

function formatsOf(model: Model): ReadonlyMap<string, Written['format']> {
  const own = model.all.filter(({ name, parent }) => name === 'log_format' && parent?.name !== 'stream')
  return new Map([
    ['combined', { text: combined, escaping: 'default' }],
    ...own.map(({ args: [name = '', ...words] }): [string, Written['format']] => {
      const escaping = words.find((word) => word.startsWith('escape='))?.slice('escape='.length)
      const text = words.filter((word) => !word.startsWith('escape=')).join('')
      return [name, { text, escaping: escaping === 'json' || escaping === 'none' ? escaping : 'default' }]
    }),
  ])
}

const byDefault: Written = {
  to: defaultFile,
  name: 'combined',
  format: { text: combined, escaping: 'default' },
  names: variablesOf(combined),
  directive: undefined,
}

function writtenBy(directive: Directive, formats: ReadonlyMap<string, Written['format']>): Written {
  const [to = '', given = 'combined'] = directive.args
  const name = given.includes('=') ? 'combined' : given
  const format = formats.get(name) ?? { text: '', escaping: 'default' }
  return { to, name, format, names: variablesOf(format.text), directive }
}

const worthOf: Readonly<Record<string, number>> = { [idVariable]: 8, upstream_status: 4, upstream_addr: 2, status: 16 }
const worth = ({ names, to }: Written) =>
  names.reduce((sum, name) => sum + (worthOf[name] ?? 0), to.startsWith('/') ? 64 : 0)

const isId = (name: string, { variables }: Model) =>
  name === idVariable ||
  variables.definitions(name).some(({ args }) => args.some((one) => one.includes(`$${idVariable}`)))

function gapsIn(chosen: readonly Written[], { readable, isOff }: { readable: readonly Written[]; isOff: boolean }) {
  const elsewhere = chosen.find((one) => !readable.includes(one))
  const some = chosen.find(({ directive }) => directive?.args.some((one) => one.startsWith('if=')))
  const mute = readable.find(({ names }) => !names.includes('status'))
  return [
    elsewhere && `${elsewhere.to} (line ${elsewhere.directive?.line ?? 0}) cannot be read from here`,
    some && `line ${some.directive?.line ?? 0} logs some requests and others not (if=)`,
    isOff && 'some locations log nothing (access_log off)',
    mute && `its format ${mute.name} has no $status`,
  ].filter((one) => typeof one === 'string')
}

function lacksIn(readable: readonly Written[], hasIds: boolean): string[] {
  const without = (...wanted: readonly string[]) =>
    readable.find(({ names }) => !wanted.some((name) => names.includes(name)))
  const asked = without('upstream_status', 'upstream_addr')
  const connected = without('upstream_connect_time')
  const method = without('request', 'request_method')
  return [
    !hasIds && `no $${idVariable}, so those of its other users are counted with ours`,
    asked && `no $upstream_addr in ${asked.name}, so requests that a second server was asked are not known`,
    !asked && method && `no $request in ${method.name}, so which of them were writes is not known`,
    !asked && connected && `no $upstream_connect_time in ${connected.name}, so no write is known to be done twice`,
  ].filter((one) => typeof one === 'string')
}
