/** A file's text; why it cannot be had, in words; undefined: there is no such file. */
export type Reading = { readonly text: string } | { readonly because: string } | undefined

/** Where a configuration is read from, by absolute path. Only what is included is asked for. */
export interface Files {
  read(path: string): Reading
  /** Names in a folder; undefined: there is no such folder. */
  list(folder: string): readonly string[] | { readonly because: string } | undefined
}

/** Files that are in memory already, texts by absolute path. */
export function filesOf(texts: ReadonlyMap<string, string>): Files {
  return {
    read: (path) => {
      const text = texts.get(path)
      return text === undefined ? undefined : { text }
    },
    list: (folder) => {
      const start = folder === '/' ? '/' : `${folder}/`
      const names = [...texts.keys()].flatMap((path) => {
        return path.startsWith(start) ? [path.slice(start.length).split('/')[0] ?? ''] : []
      })
      return names.length === 0 ? undefined : [...new Set(names)]
    },
  }
}
