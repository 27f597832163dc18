import { createReadStream } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import { inScope } from '../../cleanup/index.ts'
import { findCompose, type RaisedProject, raiseProject, readProject } from '../../compose/index.ts'
import { connectEngine, type Engine, testcontainersEnvironment } from '../../engine/index.ts'
import { BadgatewayError, exitCodes } from '../../kit/errors.ts'
import { writePlain } from '../../kit/files.ts'
import { versionOf } from '../../kit/home.ts'
import { inert, inertLines } from '../../kit/inert.ts'
import {
  answeredOf,
  attachedContainers,
  type Entry,
  logFormatsOf,
  lookInside,
  type ProjectInput,
  projectYaml,
  readAccessLog,
  readOpenApi,
  ruleFilesIn,
  type Seen,
  type Survey,
  surveyOf,
  withAskedPages,
  withDescribedTraffic,
  withLoggedTraffic,
} from '../../project/index.ts'
import { siteOf } from '../../stack/index.ts'
import { agreedTo } from '../check/consent.ts'
import { interrupted } from '../check/pending.ts'
import type { CommandIo } from '../io.ts'
import { type InitFlags, type Places, placesOf } from './flags.ts'
import { told } from './told.ts'
import { writeTypes } from './types.ts'

type Understood = Survey & { readonly project: ProjectInput }

/** 0: it is written, or printed. PROXY_UNCLEAR when only the user can say which Nginx is meant. */
export async function initAction(folder: string, flags: InitFlags, io: CommandIo): Promise<number> {
  if (flags.types) return await writeTypes(folder, flags, io)
  const places = placesOf(folder, flags, io)
  const abort = new AbortController()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, () => 'Its containers are being removed.\n'))
  try {
    // Written while it is still up: what cannot be removed costs nobody what was understood.
    const looking = { flags, io, signal: abort.signal }
    const use = (survey: Understood) => write(survey, places, { flags, io })
    await (flags.attach === undefined
      ? looked(places, looking, use)
      : lookedAt(flags.attach, places, looking).then(use))
    return exitCodes.pass
  } finally {
    ended()
  }
}

async function write(survey: Understood, { out }: Places, { flags, io }: { flags: InitFlags; io: CommandIo }) {
  const text = projectYaml(survey, { version: versionOf() })
  if (flags.dryRun) io.out(`${inertLines(text)}`)
  else {
    await writePlain(dirname(out), basename(out), text)
    io.out(`${told(survey, io.columns)}\n\nWritten: ${inert(out)}\nLook at what is guessed in it.\n`)
  }
}

interface Looking {
  readonly flags: InitFlags
  readonly io: CommandIo
  readonly signal: AbortSignal
}

/** Raises the project once under a name of ours, looks inside, asks for its pages, and removes it. */
async function looked(
  places: Places,
  { flags, io, signal }: Looking,
  use: (survey: Understood) => Promise<void>,
): Promise<void> {
  const say = (line: string) => io.err(`${inert(line)}\n`)
  const tool = await findCompose(io.env)
  const { folder, files } = places
  const project = await readProject(tool, { folder, files, profiles: flags.profile, env: io.env, signal })
  for (const warning of project.warnings) say(warning)
  const engine = await engineFor({ flags, io })
  say('Raising the project once, under a name of its own, to look inside.')
  await inScope(engine, async ({ labels }) => {
    const { outside = false } = flags
    const raised = await raiseProject(tool, project, { engine, labels, proxyServices: [], outside, signal, say })
    const { containers } = raised
    const seen = await lookInside({ docker: engine.docker, containers, project })
    await use(await understood(seen, (found) => Promise.resolve(entryOf(found, raised)), { places, flags, io }))
  })
}

/** The same of containers that run already, once somebody has agreed to them being looked into. */
async function lookedAt(attach: string, places: Places, { flags, io }: Looking): Promise<Understood> {
  const { docker } = await engineFor({ flags, io })
  const containers = await attachedContainers(docker, attach)
  const lines = [
    'These containers run already. They are looked into (inspect, processes, nginx -T, files), and nothing is changed:',
    ...containers.map(({ name, id }) => `  ${inert(name)} (${id.slice(0, 12)})`),
    'Their site is asked for its pages, by GET.',
  ]
  await agreedTo(`${lines.join('\n')}\n`, flags.yes ?? false, io)
  const seen = await lookInside({ docker, containers })
  const entry = async ({ proxy: { service, port = 80, scheme = 'http', host } }: ProjectInput) => {
    const gate = containers.find((one) => one.service === service)
    const site = gate && siteOf(await docker.getContainer(gate.id).inspect(), { scheme, port })
    return site === undefined ? undefined : { scheme, port: Number(new URL(site).port), host }
  }
  return await understood(seen, entry, { places, flags, io })
}

async function engineFor({ flags, io }: Omit<Looking, 'signal'>): Promise<Engine> {
  const engine = await connectEngine(io.env, flags.engineHost === undefined ? {} : { allowHost: flags.engineHost })
  io.setEnv(testcontainersEnvironment(engine))
  return engine
}

/** PROXY_UNCLEAR when only the user can say which Nginx is meant. */
async function understood(
  seen: Seen,
  entryFor: (found: ProjectInput) => Promise<Entry | undefined>,
  { places, flags, io }: Omit<Looking, 'signal'> & { places: Places },
): Promise<Understood> {
  const folder = dirname(places.out)
  const { profile: profiles, outside } = flags
  const open = outside ? { outside } : {}
  const beside = { compose: places.named, profiles, folder, ruleFiles: await ruleFilesIn(folder), ...open }
  const facts = { ...seen, ...beside }
  const survey = surveyOf(flags.proxy === undefined ? facts : { ...facts, proxy: flags.proxy })
  const { project: found } = survey
  if (!found) {
    const hint = 'Nothing was written.'
    throw new BadgatewayError('PROXY_UNCLEAR', survey.questions.join('\n'), hint)
  }
  const entry = await entryFor(found)
  const whole = { ...survey, project: found }
  const asked = entry ? await withAskedPages(whole, entry) : unasked(whole)
  return await withTraffic(asked, { flags, io, entry, formats: logFormatsOf(seen.proxies) })
}

/** Undefined: the site's port is not published, so it cannot be asked here. */
function entryOf({ proxy }: ProjectInput, raised: RaisedProject): Entry | undefined {
  const { service, port = 80, scheme = 'http', host } = proxy
  try {
    return { scheme, port: raised.entryPort(service, port), host }
  } catch {
    return undefined
  }
}

const unasked = (survey: Understood): Understood => ({
  ...survey,
  notes: [...survey.notes, 'The port of the site is not published, so its pages were not asked for: look at each page'],
})

interface Around {
  readonly flags: InitFlags
  readonly io: CommandIo
  readonly entry: Entry | undefined
  readonly formats: readonly string[]
}

async function withTraffic(survey: Understood, { flags, io, entry, formats }: Around): Promise<Understood> {
  const { fromAccessLog: log, fromOpenapi: openapi } = flags
  if (log !== undefined) {
    const logged = await readAccessLog(partsOf(log, io), formats)
    if (logged.lines.read === 0) {
      const hint = 'Combined, JSON, and what log_format of the proxy says is read.'
      throw new BadgatewayError('USAGE', `--from-access-log ${log}: it has no line of an access log`, hint)
    }
    const { mix, left } = entry ? await answeredOf(logged.mix, entry) : { mix: logged.mix, left: [] }
    return noted(withLoggedTraffic(survey, { ...logged, mix }, basename(log)), left)
  }
  if (openapi === undefined) return survey
  const described = await readOpenApi(resolve(io.cwd, openapi))
  const { mix, left } = entry ? await answeredOf(described.mix, entry) : { mix: described.mix, left: [] }
  return noted(withDescribedTraffic(survey, { ...described, mix }, basename(openapi)), left)
}

const noted = (survey: Understood, left: readonly string[]): Understood => ({
  ...survey,
  notes: [...survey.notes, ...left.map((one) => `left out: ${one}`)],
})

function partsOf(file: string, io: CommandIo): AsyncIterable<Uint8Array> {
  const piped = file === '-' ? io.input?.() : undefined
  if (piped) return piped
  const stream = createReadStream(resolve(io.cwd, file))
  return file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream
}
