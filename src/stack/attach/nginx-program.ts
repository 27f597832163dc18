/** A process by its command line. */
export interface CommandLine {
  pid: number
  parent: number
  args: string
}

/** How an Nginx that runs is asked and told. */
export interface NginxProgram {
  /** `nginx`, and where it looks for its files. */
  program: [string, ...string[]]
  /** Is it the first process of its container, which hears signals and whose output is the log? */
  isFirst: boolean
}

/** Nginx calls itself so, whatever its file is called: `nginx: master process /usr/sbin/nginx -g daemon off;`. */
const master = /^nginx: master process (\S+)(.*)$/

/** The master of the Nginx among these; undefined: none runs. `first`: pid of the container's first process. Pure. */
export function nginxIn(processes: readonly CommandLine[], first: number): NginxProgram | undefined {
  const found = processes.flatMap(({ pid, args }) => {
    const [, file, rest = ''] = master.exec(args) ?? []
    return file === undefined ? [] : [{ pid, file, rest }]
  })
  const chosen = found.find(({ pid }) => pid === first) ?? found[0]
  if (!chosen) return undefined
  const given = [...chosen.rest.matchAll(/(?:^|\s)-([cp])\s*(\S+)/g)].flatMap(([, letter = '', value = '']) => {
    return [`-${letter}`, value]
  })
  return { program: [chosen.file, ...given], isFirst: chosen.pid === first }
}

/** What `nginx -V` says that decides how it can be instrumented. Pure. */
export function builtAs(said: string): { defaultLog?: string; hasStubStatus: boolean } {
  const defaultLog = /--http-log-path=(\S+)/.exec(said)?.[1]
  const prefix = /--prefix=(\S+)/.exec(said)?.[1] ?? '/usr/local/nginx'
  const log = defaultLog ?? `${prefix}/logs/access.log`
  return { defaultLog: log, hasStubStatus: said.includes('--with-http_stub_status_module') }
}
