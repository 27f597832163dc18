import type Dockerode from 'dockerode'
import { isGone } from '../engine/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { ComposeDocument } from './document.ts'
import type { ComposeProject, ComposeTool } from './project.ts'
import { type ComposeRun, lastWords, runCompose } from './tool.ts'

/** For all images together that are not there. */
const pullMs = 300_000

/**
 * Has those images pulled that are neither built nor there, by Compose and in the user's own project, as their own
 * `pull` would. IMAGE_MISSING, which names them, when one cannot be had.
 */
export async function expectImages(
  tool: ComposeTool,
  project: ComposeProject,
  { docker, run, say }: { docker: Dockerode; run: ComposeRun; say: (line: string) => void },
): Promise<void> {
  const missing = await missingIn(project.document, docker)
  if (missing.size === 0) return
  const names = [...missing.values()].map((image) => inert(image)).join(', ')
  say(`pulling ${names}`)
  const limit = AbortSignal.timeout(pullMs)
  const signal = AbortSignal.any([limit, ...(run.signal ? [run.signal] : [])])
  const args = [...project.query, 'pull', ...missing.keys()]
  const why = await runCompose(tool, args, { ...run, cwd: project.folder, signal }).then(
    (ran) => (ran.code === 0 ? undefined : lastWords(ran)),
    (thrown: unknown) => {
      run.signal?.throwIfAborted()
      if (limit.aborted) return `it took longer than ${pullMs / 1_000} s`
      throw thrown
    },
  )
  const left = [...(await missingIn(project.document, docker))]
  if (left.length === 0) return
  const told = left.map(([service, image]) => `${inert(image)} of service ${inert(service)}`).join(', ')
  const hint = 'Pull it by hand, or load it: docker load. What is built needs `build:` in the Compose file.'
  throw new BadgatewayError(
    'IMAGE_MISSING',
    `Images of the Compose project are neither built, nor here, nor pulled: ${told} (${why ?? 'pulled, yet not here'})`,
    hint,
  )
}

/** Images by service. */
async function missingIn({ services }: ComposeDocument, docker: Dockerode): Promise<Map<string, string>> {
  const built = new Set(Object.values(services).flatMap(({ build, image }) => (build && image ? [image] : [])))
  const wanted = Object.entries(services).flatMap(([name, { build, image }]) =>
    build || !image || built.has(image) ? [] : [[name, image] as const],
  )
  const there = await Promise.all(wanted.map(([, image]) => isThere(docker, image)))
  return new Map(wanted.filter((_, at) => !there[at]))
}

async function isThere(docker: Dockerode, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect()
    return true
  } catch (thrown) {
    if (isGone(thrown)) return false
    throw thrown
  }
}

/** Builds what is built, under tags of ours. IMAGE_BUILD_FAILED, with the last words of the build. */
export async function buildImages(
  tool: ComposeTool,
  own: readonly string[],
  { services, run }: { services: readonly string[]; run: ComposeRun },
): Promise<void> {
  if (services.length === 0) return
  // What a build that fails leaves of itself would stay.
  const clean = tool.major === 1 ? ['--force-rm'] : []
  const ran = await runCompose(tool, [...own, 'build', ...clean, ...services], run)
  if (ran.code === 0) return
  const names = services.map((one) => inert(one)).join(', ')
  throw new BadgatewayError(
    'IMAGE_BUILD_FAILED',
    `Compose cannot build ${names}: ${lastWords(ran, 6)}`,
    'Try it by hand: docker compose build (or docker-compose build) in your folder.',
  )
}
