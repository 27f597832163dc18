import { posix } from 'node:path'
import type { ContainerFacts } from '../facts.ts'

/** The Nginx of a container. */
export interface NginxFound {
  /** `nginx`, `openresty`, `angie`, … */
  readonly program: string
  readonly argv: readonly string[]
  readonly because: string
  /** False: nothing runs, so its image alone says so. */
  readonly isSure: boolean
}

const programs: readonly string[] = ['nginx', 'openresty', 'angie', 'freenginx', 'tengine']
const imageWord = /(^|[-_])(nginx|openresty|angie|freenginx|tengine|swag)([-_]|$)/
/** What belongs to an Nginx and is none. */
const companion = /exporter|docker-gen|acme|companion|certbot|amplify|-ui$|ldap-auth/

/** Whether an Nginx runs in a container; pid 1 may be a shell, `tini`, `s6-svscan` or `supervisord`. */
export function nginxIn(one: ContainerFacts): NginxFound | undefined {
  for (const line of [one.mainProcess.join(' '), ...one.processes]) {
    const [, title, bracketed, plain] = /^([a-z]+): master process (?:.*\[(.{1,4096})\]$|(.{0,4096}))/.exec(line) ?? []
    if (title !== undefined && programs.includes(title)) {
      const argv = words(bracketed ?? plain ?? title)
      return { program: programOf(argv[0]) ?? title, argv, because: `runs '${title}: master process'`, isSure: true }
    }
  }
  const program = programOf(one.mainProcess[0])
  if (program) return { program, argv: one.mainProcess, because: `its main process is ${program}`, isSure: true }
  if (one.processes.length > 0) return undefined
  // Behind an entrypoint: `/docker-entrypoint.sh nginx -g …`.
  const at = one.mainProcess.findIndex((word) => programOf(word) !== undefined)
  const behind = programOf(one.mainProcess[at])
  if (behind && at <= 2) {
    return { program: behind, argv: one.mainProcess.slice(at), because: `it is started with ${behind}`, isSure: true }
  }
  const inImage = imageWord.exec(imageName(one.image))?.[2]
  if (inImage === undefined || companion.test(imageName(one.image))) return undefined
  return { program: inImage, argv: one.mainProcess, because: `its image is ${one.image}`, isSure: false }
}

const words = (text: string) => text.split(/\s+/).filter(Boolean)

function programOf(path: string | undefined): string | undefined {
  const name = posix.basename(path ?? '').replace(/-debug$/, '')
  return programs.includes(name) ? (path?.includes('openresty') ? 'openresty' : name) : undefined
}

/** `docker.io/jwilder/nginx-proxy:1.6@sha256:…` → `nginx-proxy`. */
export function imageName(image: string): string {
  return posix.basename(image.replace(/@.*$/, '')).replace(/:.*$/, '').toLowerCase()
}

const homes: Readonly<Record<string, { prefix: string; main: string }>> = {
  openresty: { prefix: '/usr/local/openresty/nginx', main: '/usr/local/openresty/nginx/conf/nginx.conf' },
  angie: { prefix: '/etc/angie', main: '/etc/angie/angie.conf' },
}
const usual = { prefix: '/etc/nginx', main: '/etc/nginx/nginx.conf' }

/** The main file of its configuration: by `-c` and `-p`, by how it was built (`nginx -V`), or its usual place. */
export function mainFileOf({ program, argv }: Pick<NginxFound, 'program' | 'argv'>, built = ''): string {
  const home = programs.includes(program) ? (homes[program] ?? usual) : usual
  const prefix = flag(argv, '-p') ?? /--prefix=(\S+)/.exec(built)?.[1] ?? home.prefix
  const said = flag(argv, '-c')
  if (said !== undefined) return posix.resolve(prefix, said)
  const conf = /--conf-path=(\S+)/.exec(built)?.[1]
  if (conf !== undefined) return posix.resolve(prefix, conf)
  return flag(argv, '-p') === undefined ? home.main : posix.resolve(prefix, 'conf/nginx.conf')
}

function flag(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((word) => word === name || (word.startsWith(name) && word.length > 2))
  if (at < 0) return undefined
  return argv[at] === name ? argv[at + 1] : argv[at]?.slice(2)
}
