import { type Directive, type Edit, edit, filesOf, readConfiguration } from '../nginx/index.ts'
import type { FileContent, Release } from '../stack/index.ts'

export type { Edit } from '../nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
/** Stands for it where a release has none. */
const everything = 'include conf.d/*.conf;'

/** What these files say together, whatever they are called; to be looked at, and changed. */
export function structureOf(files: readonly FileContent[]): Edit {
  const texts = new Map(files.flatMap(({ path, content }) => (content ? [[path, content.toString('utf8')]] : [])))
  if (!texts.has(main)) texts.set(main, everything)
  return edit(readConfiguration({ main, files: filesOf(texts) }))
}

/** The files that a change of the release's structure makes other than they are. */
export function editedFiles({ files }: Release, change: (edit: Edit) => void): FileContent[] {
  const structure = structureOf(files)
  change(structure)
  return structure.files().map(({ path, after }) => ({ path, content: Buffer.from(after) }))
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
