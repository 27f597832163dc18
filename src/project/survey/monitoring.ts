import { posix } from 'node:path'
import { dataOf } from '../../kit/data/data-file.ts'
import type { ContainerFacts, SurveyFacts } from '../facts.ts'
import type { Book } from './book.ts'
import { imageName } from './proxy.ts'

export interface Monitor {
  readonly service: string
  readonly port: number
  readonly prefix?: string
  readonly scheme?: 'https'
  readonly auth?: { user: string; secret: { env: string } }
}

export interface Monitoring {
  readonly rules: readonly string[]
  readonly prometheus?: Monitor
  readonly alertmanager?: Monitor
}

/** The Prometheus and the Alertmanager of a project, and where its rule files lie. */
export function monitoringOf(facts: SurveyFacts, book: Book): Monitoring {
  const [prometheus, alertmanager] = [
    monitorIn(facts, 'prometheus', { usual: 9090, book }),
    monitorIn(facts, 'alertmanager', { usual: 9093, book }),
  ]
  return {
    rules: rulesOf(facts, book),
    ...(prometheus ? { prometheus } : {}),
    ...(alertmanager ? { alertmanager } : {}),
  }
}

function monitorIn(
  { containers: all, webs = [] }: SurveyFacts,
  program: 'prometheus' | 'alertmanager',
  { usual, book }: { usual: number; book: Book },
): Monitor | undefined {
  const found =
    all.find((one) => argvOf(one, program)) ??
    all.find(({ image, processes }) => processes.length === 0 && imageName(image) === program)
  if (!found) return undefined
  const argv = argvOf(found, program) ?? []
  const port = Number(/:(\d{1,5})$/.exec(option(argv, 'web.listen-address') ?? '')?.[1] ?? usual)
  const url = option(argv, 'web.external-url')
  const prefix = option(argv, 'web.route-prefix') ?? (url === undefined ? '' : url.replace(/^[a-z]+:\/\/[^/]*/i, ''))
  const plain = prefix.replace(/^\/?/, '/').replace(/\/+$/, '')
  book.knows(['monitoring', program, 'service'], `it runs ${program}`)
  const web = webs.find(({ service }) => service === found.service)
  const how = web ? webOf(web.text, program, book) : {}
  return { service: found.service, port, ...(plain === '' ? {} : { prefix: plain }), ...how }
}

/** How it wants to be spoken to. Passwords stand in it only as hashes, so that where one is to be had is a guess. */
function webOf(text: string, program: string, book: Book): Pick<Monitor, 'scheme' | 'auth'> {
  const config = fieldsOf(text)
  const [user] = Object.keys(fieldsIn(config['basic_auth_users']))
  const env = `${program.toUpperCase()}_PASSWORD`
  if (user !== undefined) {
    const because = 'its web.config.file wants a password, which only you know: set this variable, or name a file'
    book.guesses(['monitoring', program, 'auth'], because)
  }
  return {
    ...(config['tls_server_config'] === undefined ? {} : { scheme: 'https' }),
    ...(user === undefined ? {} : { auth: { user, secret: { env } } }),
  }
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsIn(dataOf(text))
  } catch {
    return {}
  }
}

const fieldsIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** The command line of a monitor in a container, below a shell or a supervisor, too; undefined: it runs none. */
export function argvOf({ mainProcess, processes }: ContainerFacts, program: string): readonly string[] | undefined {
  // Debian calls it prometheus-alertmanager.
  const names = [program, `prometheus-${program}`]
  const lines = [mainProcess, ...processes.map((line) => line.split(' '))]
  return lines.find(([path = '']) => names.includes(posix.basename(path)))
}

export function option(argv: readonly string[], name: string): string | undefined {
  const flags = [`--${name}`, `-${name}`]
  const at = argv.findIndex((word) => flags.some((one) => word === one || word.startsWith(`${one}=`)))
  const word = argv[at]
  if (at < 0 || word === undefined) return undefined
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1]
}

/** Where on disk the rule files lie that Prometheus was told of; else those that lie in the project. */
function rulesOf({ prometheus, containers, folder, ruleFiles = [] }: SurveyFacts, book: Book): string[] {
  const said = prometheus ? globsIn(prometheus.text) : []
  const mounts = containers.find(({ service }) => service === prometheus?.service)?.mounts ?? []
  const mounted = said.flatMap((glob) => {
    const inside = posix.resolve(posix.dirname(prometheus?.file ?? '/'), glob)
    const mount = mounts
      .filter(({ target }) => inside === target || inside.startsWith(`${target.replace(/\/$/, '')}/`))
      .sort((a, b) => b.target.length - a.target.length)[0]
    if (mount?.type !== 'bind') return []
    return [posix.relative(folder, mount.source + inside.slice(mount.target.replace(/\/$/, '').length))]
  })
  if (mounted.length > 0) {
    book.knows(['monitoring', 'rules'], `rule_files in ${prometheus?.file}`)
    return [...new Set(mounted)]
  }
  if (ruleFiles.length > 0) book.guesses(['monitoring', 'rules'], 'these files of the project have alert rules')
  return [...ruleFiles]
}

function globsIn(text: string): string[] {
  const globs = fieldsOf(text)['rule_files']
  return Array.isArray(globs) ? globs.filter((one): one is string => typeof one === 'string') : []
}
