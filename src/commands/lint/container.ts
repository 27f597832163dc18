import { serviceLabel } from '../../compose/index.ts'
import { connectEngine, type Engine, execApart } from '../../engine/index.ts'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { nearestOf } from '../../kit/near-miss.ts'
import { dumpOf, filesOf, type Given, uninstrumentedDump } from '../../nginx/index.ts'
import type { CommandIo } from '../io.ts'
import { sizeLimits } from './files.ts'

/** What a running container serves by. */
export interface ContainerConfiguration extends Given {
  /** What `nginx -v` says, where it is one of Nginx's own numbers. */
  readonly version: string | undefined
}

/** Why Nginx takes none of it, with the place that it names. */
export interface Refused {
  readonly file: string
  readonly line: number
  readonly says: string
}

const callLimitMs = 20_000
const refusal = (message: string, hint: string) => new BadgatewayError('USAGE', message, hint)

/** Asks the Nginx of a running container for its configuration (`nginx -T`) and its version. Changes nothing. */
export async function fromContainer(
  name: string,
  io: Pick<CommandIo, 'env'>,
  engineHost: string | undefined,
): Promise<ContainerConfiguration | { refused: Refused }> {
  // What engines take; anything else would be another question to it.
  if (!/^[a-zA-Z0-9][\w.-]*$/.test(name)) {
    throw refusal(`'${name}' is no name of a container`, 'Name one as docker ps does: docker:NAME.')
  }
  const { docker } = await connectEngine(io.env, engineHost === undefined ? {} : { allowHost: engineHost })
  const { container, argv } = await running(docker, name)
  const version = await said(container, ['nginx', '-v'], name)
  if (version.code !== 0) throw noNginx(name)
  const { code, out, err } = await said(container, ['nginx', '-T', ...placesOf(argv)], name)
  const shown = code === 0 ? dumpOf(out) : undefined
  // What a harness has added to it is nobody's to mend.
  const dump = shown && uninstrumentedDump(shown)
  const [, number] = /(?:nginx|openresty)\/(\d+\.\d+\.\d+)/.exec(version.err + version.out) ?? []
  if (dump) return { main: dump.main, files: filesOf(dump.files), version: number }
  const [, says, file, line] = /\[emerg\] (?:\d+#\d+: )?(.*?)(?: in (\/\S+):(\d+))?$/m.exec(err) ?? []
  if (says === undefined) {
    throw refusal(`nginx -T in ${name} ended with ${code}: ${err.trim()}`, 'Can its user read the configuration?')
  }
  return { refused: { file: file ?? '/etc/nginx/nginx.conf', line: Number(line ?? 1), says } }
}

const shellName = /(^|\/)(sh|bash|dash|ash)$/
const nginxName = /(^|\/)(nginx|nginx-debug|openresty)$/

/** Where its own command line says that the configuration is: behind `nginx`, for a shell has a `-c` of its own. */
function placesOf(argv: readonly string[]): string[] {
  const isScript = (at: number) => argv[at - 1] === '-c' && shellName.test(argv[at - 2] ?? '')
  const words = argv.flatMap((word, at) => (isScript(at) ? word.split(/[\s;]+/) : [word]))
  const program = words.findIndex((word) => nginxName.test(word))
  const own = program < 0 ? [] : words.slice(program + 1)
  return ['-c', '-p'].flatMap((flag) => {
    const value = own[own.indexOf(flag) + 1]
    return own.includes(flag) && value !== undefined ? [flag, value] : []
  })
}

const noNginx = (name: string) => refusal(`${name} has no nginx that can be asked`, 'Name a container of Nginx.')

type Container = ReturnType<Engine['docker']['getContainer']>

async function running(docker: Engine['docker'], name: string): Promise<{ container: Container; argv: string[] }> {
  const container = docker.getContainer(name)
  const found = await container.inspect().catch((thrown: unknown) => ({ thrown }))
  if (!('thrown' in found)) {
    if (found.State.Running) return { container, argv: [found.Path, ...found.Args] }
    throw refusal(`container ${name} is not running`, 'Start it: nginx -T is asked in it.')
  }
  const { thrown } = found
  const isGone = typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && thrown.statusCode === 404
  if (!isGone) {
    throw new BadgatewayError('ENGINE_CALL_FAILED', `looking at ${name} failed: ${reasonOf(thrown)}`, 'Try it again.')
  }
  const near = nearContainer(name, await docker.listContainers({ all: true }))
  const hint = near === undefined ? '' : `Did you mean 'docker:${near}'? `
  throw refusal(`there is no container ${name}`, `${hint}docker ps has their names.`)
}

interface Listed {
  readonly Names: readonly string[]
  readonly Labels?: Readonly<Record<string, string>>
}

/** By its own name, or by that of its Compose service, as which whoever wrote the file knows it. */
function nearContainer(typed: string, listed: readonly Listed[]): string | undefined {
  const owned = listed.flatMap(({ Names: [own = ''], Labels: labels }) => {
    const [name, service] = [own.replace(/^\//, ''), labels?.[serviceLabel]]
    return [{ known: name, name }, ...(service === undefined ? [] : [{ known: service, name }])]
  })
  const nearest = nearestOf(
    typed,
    owned.map(({ known }) => known),
  )
  return owned.find(({ known }) => known === nearest)?.name
}

/** Both streams of a command, apart: what Nginx says of itself would stand in the middle of a file. */
async function said(container: Container, argv: readonly string[], name: string) {
  try {
    return await within(callLimitMs, `${argv.join(' ')} in ${name}`, execApart(container, argv, sizeLimits.all))
  } catch (thrown) {
    if (thrown instanceof BadgatewayError) throw thrown
    // The engine finds no such program, before anything is started.
    const isMissing = /executable file not found|no such file/i.test(reasonOf(thrown))
    if (isMissing) throw noNginx(name)
    const hint = 'Is it still running?'
    throw new BadgatewayError('ENGINE_CALL_FAILED', `${argv.join(' ')} in ${name}: ${reasonOf(thrown)}`, hint)
  }
}
