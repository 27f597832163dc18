import { resolve } from 'node:path'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { readPlain } from '../kit/files.ts'
import { hide } from '../kit/masked.ts'
import { ownOf } from '../kit/own.ts'
import type { MonitorPlace, TheirMonitoring } from '../stack/index.ts'
import type { Described } from './description.ts'
import type { ProjectFile } from './schema.ts'
import { serverName } from './survey/names.ts'

/** Longer is no password and no token. */
const mostBytes = 4_096

interface Place extends Pick<Described, 'containers'> {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of badgateway.yaml: files are found from here. */
  readonly folder: string
}

type Monitor = NonNullable<ProjectFile['monitoring']['prometheus']>

/**
 * What somebody watches his stack with himself, as badgateway.yaml says it; undefined: it names no Prometheus. Secrets
 * are read, and masked from now on. PROJECT_INVALID where one is not there, or the service is none.
 */
export async function theirsOf({ monitoring }: ProjectFile, place: Place): Promise<TheirMonitoring | undefined> {
  const { prometheus, alertmanager } = monitoring
  if (!prometheus) return undefined
  return {
    prometheus: await placeOf('prometheus', prometheus, place),
    ...(alertmanager ? { alertmanager: await placeOf('alertmanager', alertmanager, place) } : {}),
  }
}

async function placeOf(of: string, monitor: Monitor, { containers, ...place }: Place): Promise<MonitorPlace> {
  const { service, port, prefix = '', scheme, auth } = monitor
  const found = containers.find((one) => one.service === service)
  if (!found) throw invalid(`monitoring.${of}.service: there is no service '${service}'`)
  const authorization = auth && (await authorizationOf(`monitoring.${of}.auth.secret`, auth, place))
  return {
    service: serverName(found, containers),
    port,
    prefix: prefix.replace(/\/+$/, ''),
    ...(scheme === 'https' ? { isSecure: true } : {}),
    ...(authorization === undefined ? {} : { authorization }),
  }
}

async function authorizationOf(
  path: string,
  { user, secret }: NonNullable<Monitor['auth']>,
  { env, folder }: Omit<Place, 'containers'>,
): Promise<string> {
  const { env: name = '', file } = secret
  const value = file === undefined ? ownOf(env, name) : await firstLine(path, resolve(folder, file))
  if (!value) throw invalid(`${path}: ${file === undefined ? `the environment has no ${name}` : `${file} is empty`}`)
  if (/[^\x20-\x7e]/.test(value)) throw invalid(`${path}: it has characters that no header can have`)
  const basic = Buffer.from(`${user}:${value}`).toString('base64')
  hide(value, basic)
  return user === undefined ? `Bearer ${value}` : `Basic ${basic}`
}

async function firstLine(path: string, file: string): Promise<string> {
  const text = await readPlain(file, mostBytes).catch((thrown: unknown) => {
    throw invalid(`${path}.file: ${file}: ${reasonOf(thrown)}`)
  })
  return (text.split('\n')[0] ?? '').trim()
}

const invalid = (what: string) =>
  new BadgatewayError(
    'PROJECT_INVALID',
    what,
    'Nothing was started. --monitoring ours leaves your own monitoring alone.',
  )
