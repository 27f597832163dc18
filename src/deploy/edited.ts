import {
  type Configuration,
  type Directive,
  type Edit,
  type EditedFile,
  edit,
  filesOf,
  readConfiguration,
} from '../nginx/index.ts'
import type { FileContent, Release } from '../stack/index.ts'

export type { Edit } from '../nginx/index.ts'

const usual = '/etc/nginx/nginx.conf'

/** What these files say together, whatever they are called. */
export function configurationOf({ files, layout }: Pick<Release, 'files' | 'layout'>): Configuration {
  const main = layout?.config ?? usual
  const texts = new Map(files.flatMap(({ path, content }) => (content ? [[path, content.toString('utf8')]] : [])))
  for (const [link, path] of layout?.links ?? []) {
    const text = texts.get(path)
    if (text !== undefined) texts.set(link, text)
  }
  // Where there is none, all of them stand outermost.
  if (!texts.has(main)) texts.set(main, [...texts.keys()].map((path) => `include ${path};`).join('\n'))
  return readConfiguration({ main, files: filesOf(texts) })
}

/** The same, to be looked at, and changed. */
export const structureOf = (release: Pick<Release, 'files' | 'layout'>): Edit => edit(configurationOf(release))

/** The files that a change of the release's structure makes other than they are. */
export function editedFiles(release: Pick<Release, 'files' | 'layout'>, change: (edit: Edit) => void): FileContent[] {
  const structure = structureOf(release)
  change(structure)
  return editsOf(release, structure.files())
}

/** Files that were edited as files to write: a link is the file that it leads to. */
export function editsOf({ layout }: Pick<Release, 'layout'>, edited: readonly EditedFile[]): FileContent[] {
  return edited.map(({ path, after }) => ({ path: layout?.links?.get(path) ?? path, content: Buffer.from(after) }))
}

/** Adds a line where it holds for every upstream: first in the file that begins the first of them, or in `http`. */
export function addForAll(edit: Edit, line: string): void {
  const [group] = edit.find(({ name, block }) => name === 'upstream' && block !== null)
  const [http] = edit.find(({ name, block }) => name === 'http' && block !== null)
  const isOutside = group !== undefined && group.file !== http?.file
  if (isOutside) edit.addFirst(group.file, line)
  else if (http) edit.addInside(http, line)
}

/** A `server` of an upstream whose name and port are written out. */
export interface NamedServer {
  readonly directive: Directive
  readonly host: string
  readonly port: number
}

/** Every one of them, those of included files too. */
export function namedServers(structure: Edit): NamedServer[] {
  return structure.find(isMember).flatMap((directive) => {
    const [, host = '', port = ''] = /^([\w.-]+):(\d{1,5})$/.exec(directive.args[0] ?? '') ?? []
    return host === '' ? [] : [{ directive, host, port: Number(port) }]
  })
}

const isMember = ({ name, block, parent }: Directive) =>
  name === 'server' && block === null && (parent === null || parent.name === 'upstream')
