import { dirname } from 'node:path/posix'
import { configurationOf, editsOf, structureOf } from '../../deploy/index.ts'
import { brokenFile, type Mistaken, noResolver, oneWrong, wrongName, wrongPort } from '../../nginx/index.ts'
import type { FileContent, Release } from '../../stack/index.ts'
import { expiredCertificate } from './expired-certificate.ts'

export const proxyEdits = [
  'wrong-port',
  'wrong-name',
  'one-wrong',
  'no-resolver',
  'broken-reload',
  'broken-restart',
  'expired-certificate',
  'unreadable-file',
] as const
export type ProxyEdit = (typeof proxyEdits)[number]

/** Which servers a mistake is about: of the others it is none. */
export const editsOfGroup: readonly ProxyEdit[] = ['wrong-port', 'wrong-name', 'one-wrong']

export interface EditOf {
  edit: ProxyEdit
  /** The group. */
  role: string
  /** Of the group, from 1. */
  server: number
  /** Where the site is served. */
  port: number
  /** Where something listens though the configuration does not say so. */
  taken: readonly number[]
}

/** A release with this mistake in it, as files to write; `isRefused`: by `nginx -t`. Or why it cannot be made. Pure. */
export type MistakenFiles =
  | { readonly files: readonly FileContent[]; readonly said: string; readonly isRefused: boolean }
  | { readonly because: string }

export function mistakenFiles(current: Release, asked: EditOf): MistakenFiles {
  if (asked.edit === 'expired-certificate') return expired(current, asked)
  if (asked.edit === 'unreadable-file') return unreadable(current, asked)
  const found = mistakes[asked.edit](current, asked)
  if ('because' in found) return found
  const said = found.changes.map(({ file, line, was, is }) => `${file}:${line}: '${was}' is '${is}'`).join('; ')
  return { files: editsOf(current, found.files), said, isRefused: found.isRefused }
}

type Maker = (current: Release, asked: EditOf) => Mistaken

const broken: Maker = (current, { port }) => brokenFile(configurationOf(current), { port })

const mistakes: Readonly<Record<Exclude<ProxyEdit, 'expired-certificate' | 'unreadable-file'>, Maker>> = {
  'wrong-port': (current, asked) => wrongPort(configurationOf(current), groupIn(current, asked), asked),
  'wrong-name': (current, asked) => wrongName(configurationOf(current), groupIn(current, asked)),
  'one-wrong': (current, asked) => oneWrong(configurationOf(current), groupIn(current, asked), asked.server, asked),
  'no-resolver': (current) => noResolver(configurationOf(current)),
  'broken-reload': broken,
  'broken-restart': broken,
}

/** A group without a block is called by its host, with its port where the host has several. */
function groupIn(current: Release, { role }: EditOf): string {
  const names = structureOf(current).sites.groups.map(({ name }) => name)
  return names.includes(role) ? role : (names.find((name) => name.replace(/:\d+$/, '') === role) ?? role)
}

/** Another certificate is shown. The one that there is stays as it lies there, and its key is read by nobody. */
function expired(current: Release, { port }: EditOf): MistakenFiles {
  const one = structureOf(current)
  const found = one.sites.server({ port })
  if ('because' in found) return found
  if (!found.listen.isTls) return { because: `the site on port ${port} speaks no TLS` }
  const folder = dirname(current.layout?.config ?? '/etc/nginx/nginx.conf')
  const written = { certificate: `${folder}/badgateway-expired.crt`, key: `${folder}/badgateway-expired.key` }
  const places = { ssl_certificate: written.certificate, ssl_certificate_key: written.key }
  for (const [name, path] of Object.entries(places)) {
    const { directives } = one.sites.model.effects.inside(found.server, name)
    if (directives.length === 0) return { because: `${found.server.file}:${found.server.line}: no ${name} holds there` }
    for (const directive of directives) one.set(directive, path)
  }
  const files = [
    { path: written.certificate, content: Buffer.from(expiredCertificate.certificate) },
    { path: written.key, content: Buffer.from(expiredCertificate.key) },
    ...editsOf(current, one.files()),
  ]
  return { files, said: `${places.ssl_certificate} expired in 2020`, isRefused: false }
}

/** The same text, and nobody may read it. */
function unreadable(current: Release, { port }: EditOf): MistakenFiles {
  const found = structureOf(current).sites.server({ port })
  if ('because' in found) return found
  const path = current.layout?.links?.get(found.server.file) ?? found.server.file
  const file = current.files.find((one) => one.path === path)
  if (!file?.content) return { because: `${path} is none of the files of the configuration` }
  const owned = { mode: 0, uid: 0, gid: 0 }
  return { files: [{ ...file, owned }], said: `no user may read ${path}`, isRefused: true }
}
