/** What `ARCHITECTURE.md` promises, read from its lists. */
export interface Architecture {
  doors: Door[]
  programs: Entry[]
  /** Folders of alike things, each of which comes with its test. */
  additions: Entry[]
  map: Entry[]
}

export interface Door {
  room: string
  /** `all` minus `except`, or exactly these. */
  all: boolean
  rooms: string[]
  line: number
}

/** A line that names a file, or a folder's alike files with `*`. */
export interface Entry {
  path: string
  line: number
}

export const architectureFile = 'ARCHITECTURE.md'

interface Line {
  text: string
  line: number
}

export function readArchitecture(text: string): Architecture {
  const sections = new Map<string, Line[]>()
  let current: Line[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const title = /^## (.+)$/.exec(line)?.[1]
    if (!title) {
      current.push({ text: line, line: index + 1 })
      continue
    }
    current = []
    sections.set(title, current)
  }
  return {
    doors: (sections.get('Doors') ?? []).flatMap(doorOf),
    programs: (sections.get('Programs') ?? []).flatMap(entryOf),
    additions: (sections.get('What you can add') ?? []).flatMap(entryOf),
    map: (sections.get('Map') ?? []).flatMap(entryOf),
  }
}

/** A row is `| \`room\` | \`kit\`, \`stack\` |`, or `all`, or `all but \`cli\``, or `nothing`. */
function doorOf({ text, line }: Line): Door[] {
  const row = /^\| `([\w-]+)` +\|([^|]+)\|/.exec(text)
  if (!row) return []
  const [, room = '', cell = ''] = row
  return [{ room, all: cell.trim().startsWith('all'), rooms: codeIn(cell), line }]
}

function entryOf({ text, line }: Line): Entry[] {
  const path = /^- `([^`]+(?:\.ts|\/\*\*))`/.exec(text)?.[1]
  return path ? [{ path, line }] : []
}

const codeIn = (text: string) => [...text.matchAll(/`([\w-]+)`/g)].map((match) => match[1] ?? '')

/** `src/faults/*.ts` covers the files of that folder, `src/faults/**` those of folders in it too. */
export function covers(entry: Entry, path: string): boolean {
  if (entry.path.endsWith('/**')) return path.startsWith(entry.path.slice(0, -'**'.length))
  if (!entry.path.endsWith('/*.ts')) return entry.path === path
  const folder = entry.path.slice(0, -'*.ts'.length)
  return path.startsWith(folder) && !path.slice(folder.length).includes('/')
}
