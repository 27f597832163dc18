const marker = /^# configuration file (\/[^\r\n]*):\r?$/gm

/** What `nginx -T` printed, taken apart again. */
export interface Dump {
  /** The file that it begins with. */
  readonly main: string
  /** Texts by the paths that Nginx named them with. */
  readonly files: ReadonlyMap<string, string>
}

/** The files in the output of `nginx -T`; undefined when it is none. Before the first Nginx itself talks. */
export function dumpOf(text: string): Dump | undefined {
  const found = [...text.matchAll(marker)]
  const files = new Map<string, string>()
  for (const [at, { 0: line, 1: path = '', index }] of found.entries()) {
    const start = Math.min(text.length, index + line.length + 1)
    const end = found[at + 1]?.index ?? text.length
    if (!files.has(path)) files.set(path, text.slice(start, end))
  }
  const [main] = files.keys()
  const talk = text.slice(0, found[0]?.index ?? 0).split('\n')
  if (main === undefined || talk.some((line) => line.trim() !== '' && !/^(nginx: |\d{4}\/\d\d\/)/.test(line)))
    return undefined
  return { main, files }
}
