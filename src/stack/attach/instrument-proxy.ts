import { pollUntil, realClock } from '../../kit/clock.ts'
import { reasonOf } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import { type EditedFile, filesOf, instrument, readConfiguration, uninstrument } from '../../nginx/index.ts'
import type { Agent } from '../../protocol/index.ts'
import type { FileContent } from '../description/definition.ts'
import type { Capabilities, ProxyDescription } from '../description/description.ts'
import { type Instrumentation, instrumentationOf } from '../description/instrumentation.ts'
import type { FolderFile, Service } from '../types.ts'
import { type Template, templatesOf } from './templates.ts'

/** What the workers say that they have read, until somebody deploys. */
const firstRelease = 'good'
const liveLimitMs = 8_000
const askLimitMs = 1_000
const lookAgainMs = 20
/** Workers of the configuration before answer a while longer: so many answers in a row are of the new ones. */
const answersInARow = 4

export interface Attached {
  proxy: Service
  agent: Agent
  place: ProxyDescription
  can: Capabilities
  /** Of the container. */
  env: readonly string[]
  signal?: AbortSignal | undefined
}

/** What came of it: the capabilities that hold, and why the others do not. */
export interface Instrumented {
  can: Capabilities
  lacking: string[]
  /** The configuration without the instruments. */
  reviewed: FileContent[]
}

/** The files of a configuration as they lie in a container, by the paths under which Nginx reads them. */
interface Lying {
  texts: Map<string, string>
  /** Where a path leads, of links. */
  real: Map<string, string>
}

/**
 * Instruments the proxy that runs on its own files, and on the templates of which its image makes some anew. Proven by
 * the release that its workers tell. Where it cannot be, all is put back, and it is said why.
 */
export async function instrumentProxy(attached: Attached): Promise<Instrumented> {
  const { proxy, place, can, env } = attached
  const lying = await configurationIn(proxy, place)
  const clean = applied(lying, uninstrument(readConfiguration({ main: place.config, files: filesOf(lying.texts) })))
  const reviewed = filesIn(clean)
  if (!can.instrumented) return { can, lacking: [], reviewed }
  const templates = await templatesOf(proxy, env, (path) => lying.texts.has(path))
  const lacking: string[] = []
  // A file of ours may be refused, where only its own output can be written to.
  for (const tried of can.logged ? [can, withoutLog(can)] : [can]) {
    const instruments = instrumentationOf({ can: tried })
    if (!instruments) continue
    const because = await tryWith(attached, { clean, lying, templates, instruments, lacking })
    if (because === undefined) return { can: tried, lacking, reviewed }
    lacking.push(`${tried.logged ? 'a log of ours' : 'a proxy that tells its release and its counters'}: ${because}`)
  }
  const { instrumented: _, ...rest } = withoutLog(can)
  return { can: rest, lacking, reviewed }
}

function withoutLog({ logged: _, ...can }: Capabilities): Capabilities {
  return can
}

interface Trial {
  clean: Lying
  lying: Lying
  templates: readonly Template[]
  instruments: Instrumentation
  lacking: string[]
}

/** Undefined: its workers say the release; or why they do not, all as it was. */
async function tryWith(attached: Attached, trial: Trial): Promise<string | undefined> {
  const { proxy, place } = attached
  const { clean, lying, templates, instruments, lacking } = trial
  const edited = edits(place.config, clean, instruments)
  if ('because' in edited) return edited.because
  const { changed, before } = difference(lying, applied(clean, edited.files))
  const ofTemplates = templateFiles(place.config, { clean, templates, instruments })
  try {
    await proxy.writeFiles(changed)
  } catch (thrown) {
    return `its files cannot be written: ${reasonOf(thrown)}`
  }
  const because = (await refusal(attached)) ?? (await reloaded(attached, instruments))
  if (because !== undefined) {
    await proxy.writeFiles(before)
    if (!(await refusal(attached))) await proxy.signal('HUP')
    return because
  }
  lacking.push(...edited.lacking.map(({ file, line, because: why }) => `${file}:${line}: ${why}`))
  await proxy.writeFiles(ofTemplates.files).catch((thrown: unknown) => {
    lacking.push(`its log after a restart: its templates cannot be written: ${reasonOf(thrown)}`)
  })
  lacking.push(...ofTemplates.lacking)
  return undefined
}

function edits(main: string, { texts }: Lying, { instruments }: Instrumentation) {
  const configuration = readConfiguration({ main, files: filesOf(texts) })
  return instrument(configuration, { ...instruments, release: firstRelease, isDraft: true, isWhole: true })
}

/** What is added to the templates: what is added to the same configuration with them in place of what they become. */
function templateFiles(main: string, { clean, templates, instruments }: Omit<Trial, 'lying' | 'lacking'>) {
  if (templates.length === 0) return { files: [], lacking: [] }
  const texts = new Map(clean.texts)
  for (const { rendered, file } of templates) texts.set(rendered, (file.content ?? '').toString())
  const edited = edits(main, { ...clean, texts }, instruments)
  if ('because' in edited) return { files: [], lacking: [`its log after a restart: ${edited.because}`] }
  const files = templates.flatMap(({ rendered, file }): FileContent[] => {
    const after = edited.files.find(({ path }) => path === rendered)?.after
    return after === undefined ? [] : [{ path: file.path, content: Buffer.from(after) }]
  })
  return { files, lacking: [] }
}

/** What Nginx has against what lies there; undefined: nothing. */
async function refusal({ proxy, place }: Attached): Promise<string | undefined> {
  const { code, output } = await proxy.exec([...(place.program ?? ['nginx']), '-t'])
  if (code === 0) return undefined
  const line = output.split('\n').find((one) => one.includes('[emerg]'))
  return `nginx -t refuses it: ${inert((line ?? output).trim().slice(0, 300))}`
}

async function reloaded({ proxy, agent, signal }: Attached, { port, release }: Instrumentation) {
  await proxy.signal('HUP')
  let row = 0
  const live = await pollUntil(
    async () => {
      const wish = { host: proxy.host, port, path: release, timeoutMs: askLimitMs }
      const body = await agent.forward(wish).then((answer) => answer.body.trim(), reasonOf)
      row = body === firstRelease ? row + 1 : 0
      return row >= answersInARow ? true : undefined
    },
    { withinMs: liveLimitMs, everyMs: lookAgainMs, clock: realClock, ...(signal ? { signal } : {}) },
  )
  return live ? undefined : `after a reload its workers do not say the release on port ${port}`
}

/** The configuration by the paths that its includes name. */
async function configurationIn(proxy: Service, { config, folders }: ProxyDescription): Promise<Lying> {
  const [main, ...others] = await Promise.all([
    proxy.readFiles([config]),
    ...folders.map((folder) => proxy.readFolder(folder)),
  ])
  const texts = new Map<string, string>()
  const real = new Map<string, string>()
  const all: FolderFile[] = [...main, ...others.flat()]
  for (const { path, as, content } of all) {
    if (content === null) continue
    texts.set(as ?? path, content.toString('utf8'))
    if (as !== undefined) real.set(as, path)
  }
  return { texts, real }
}

function applied({ texts, real }: Lying, edited: readonly EditedFile[]): Lying {
  return { texts: new Map([...texts, ...edited.map(({ path, after }): [string, string] => [path, after])]), real }
}

function filesIn({ texts, real }: Lying): FileContent[] {
  return [...texts].map(([path, text]) => ({ path: real.get(path) ?? path, content: Buffer.from(text) }))
}

function difference(before: Lying, after: Lying) {
  const old = new Map(filesIn(before).map(({ path, content }) => [path, content]))
  const changed = filesIn(after).filter(({ path, content }) => !content?.equals(old.get(path) ?? Buffer.alloc(0)))
  return { changed, before: changed.map(({ path }) => ({ path, content: old.get(path) ?? null })) }
}
