import { resolve } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { isTooDeep, yamlProblem } from '../kit/json.ts'
import { strayNames } from '../kit/own.ts'
import { type ComposeDocument, composeDocument, type DocumentService } from './document.ts'
import type { ComposeProject, ComposeTool, ProjectQuery } from './project.ts'
import { serviceOf } from './services.ts'
import { lastWords, type Ran, runCompose } from './tool.ts'

const mostWarnings = 20

/**
 * What Compose makes of a project. COMPOSE_INVALID, with Compose's own last words, when it refuses the files, and where
 * there is no service in it.
 */
export async function readProject(tool: ComposeTool, query: ProjectQuery): Promise<ComposeProject> {
  const folder = resolve(query.folder)
  const files = (query.files ?? []).flatMap((file) => ['-f', file])
  const profiles = (query.profiles ?? []).flatMap((profile) => ['--profile', profile])
  const format = tool.major === 1 ? [] : ['--format', 'json']
  const asked = [...files, ...profiles]
  const args = [...asked, 'config', ...format]
  const ran = await runCompose(tool, args, { env: query.env, cwd: folder, signal: query.signal }).catch((thrown) => {
    query.signal?.throwIfAborted()
    throw refused(folder, reasonOf(thrown))
  })
  if (ran.code !== 0) throw refused(folder, lastWords(ran))
  const document = withoutResting(documentOf(ran, folder), activeProfiles(query))
  const services = Object.entries(document.services).map(([name, one]) => serviceOf(name, one))
  if (services.length === 0) {
    const hint = 'Are all behind a profile? Say which with profiles.'
    throw new BadgatewayError('COMPOSE_INVALID', `The Compose project of ${inert(folder)} has no service`, hint)
  }
  return { folder, services, ...topLevel(document), warnings: warningsOf(ran), document, query: asked, env: query.env }
}

const refused = (folder: string, why: string) => {
  const hint = 'Try it by hand: docker compose config (or docker-compose config) in that folder.'
  return new BadgatewayError('COMPOSE_INVALID', `Compose refuses the project of ${inert(folder)}: ${why}`, hint)
}

function documentOf({ out }: Ran, folder: string): ComposeDocument {
  const what = `What Compose says of the project of ${inert(folder)}`
  const hint = 'Please report it, with the version of Compose.'
  let read: unknown
  try {
    // 1.29 prints YAML 1.1, and JSON is YAML too.
    read = parse(out, { version: '1.1', maxAliasCount: 10_000 })
  } catch (thrown) {
    const why = thrown instanceof YAMLParseError ? yamlProblem(thrown) : reasonOf(thrown)
    throw new BadgatewayError('COMPOSE_INVALID', `${what} cannot be read: ${inert(why)}`, hint, { cause: thrown })
  }
  const [stray] = isTooDeep(read) ? ['(too deep)'] : strayNames(read)
  const parsed = stray === undefined ? composeDocument.safeParse(read) : undefined
  if (parsed?.success) return parsed.data
  const issue = parsed?.error.issues[0]
  const where = issue ? `${issue.path.join('.')}: ${issue.message}` : (stray ?? '')
  throw new BadgatewayError('COMPOSE_INVALID', `${what} cannot be read at ${inert(where)}`, hint)
}

function activeProfiles({ profiles = [], env }: ProjectQuery): string[] {
  return [...profiles, ...(env['COMPOSE_PROFILES'] ?? '').split(',')].map((one) => one.trim())
}

/** 1.29 prints services that rest behind a profile too. */
function withoutResting(document: ComposeDocument, active: readonly string[]): ComposeDocument {
  const isActive = ({ profiles }: DocumentService) =>
    !profiles?.length || active.includes('*') || profiles.some((one) => active.includes(one))
  const awake = Object.entries(document.services).filter(([, one]) => isActive(one))
  return { ...document, services: Object.fromEntries(awake) }
}

function topLevel({ volumes, networks }: ComposeDocument): Pick<ComposeProject, 'volumes' | 'networks'> {
  const volumesOf = Object.entries(volumes ?? {}).map(([name, one]) => [name, { external: isExternal(one) }] as const)
  const networksOf = Object.entries(networks ?? {}).map(([name, one]) => {
    const subnets = (one?.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? [])
    return [name, { external: isExternal(one), internal: one?.internal === true, subnets }] as const
  })
  return { volumes: Object.fromEntries(volumesOf), networks: Object.fromEntries(networksOf) }
}

/** 1.29 prints `{ name: … }` where a name was given. */
export function isExternal(one: { external?: unknown } | null): boolean {
  return one?.external !== undefined && one.external !== null && one.external !== false
}

function warningsOf({ err }: Ran): string[] {
  const lines = err.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, mostWarnings).map((line) => inert(line))
}
