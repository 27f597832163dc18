import type Dockerode from 'dockerode'
import { type GuardedScope, inScope } from '../../cleanup/index.ts'
import { containerName, type Engine, intend, linesOf, packFiles } from '../../engine/index.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { TextFile } from './container.ts'

const folder = '/tmp/rules'
/** Lines of what it says that are told; a file of a thousand rules may be wrong in each. */
const mostLines = 20

/** A rule file as Prometheus is given it, and the name under which its owner knows it. */
export interface RuleFile extends TextFile {
  readonly source: string
}

/**
 * Asks the very Prometheus that is to load these files whether it takes them, before a stack is raised. RULES_INVALID
 * with what it says; an image without promtool is not asked. Guarded like a run.
 */
export async function promtoolTakes(engine: Engine, image: string, files: readonly RuleFile[]): Promise<void> {
  const said = await inScope(engine, (scope) => askPromtool(engine.docker, { image, files, scope }))
  if (!said || said.code === 0) return
  const hint = 'Nothing was started: Prometheus would not have taken these files.'
  throw new BadgatewayError('RULES_INVALID', `Prometheus refuses rules: ${wordsOf(said.lines, files)}`, hint)
}

interface Question {
  image: string
  files: readonly RuleFile[]
  scope: GuardedScope
}

async function askPromtool(
  docker: Dockerode,
  { image, files, scope }: Question,
): Promise<{ code: number; lines: string[] } | undefined> {
  const paths = files.map(({ name }) => `${folder}/${name}`)
  const name = containerName(scope.labels, 'promtool')
  const made = await intend(scope.labels, { kind: 'container', name })
  const container = await docker.createContainer({
    name,
    Image: image,
    Cmd: ['promtool', 'check', 'rules', '--lint=none', ...paths],
    Labels: scope.labels,
    HostConfig: { NetworkMode: 'none', Memory: 512 * 2 ** 20 },
  })
  made(container.id)
  const contents = files.map(({ text }, index) => ({ path: paths[index] ?? '', content: Buffer.from(text) }))
  await container.putArchive(await packFiles(contents), { path: '/' })
  try {
    await container.start()
  } catch (thrown) {
    if (/executable file not found|no such file/i.test(reasonOf(thrown))) return undefined
    throw thrown
  }
  const { StatusCode: code } = (await container.wait()) as { StatusCode: number }
  return { code, lines: linesOf(await container.logs({ follow: false, stdout: true, stderr: true })) }
}

/** What it says of what is wrong, with the names that the files have for their owner. Pure. */
export function wordsOf(lines: readonly string[], files: readonly RuleFile[]): string {
  const wrong = lines.map((line) => line.trim()).filter((line) => !/^(Checking |SUCCESS|FAILED:?$|$)/.test(line))
  const named = wrong.slice(0, mostLines).map((line) => {
    return files.reduce((text, { name, source }) => text.replaceAll(`${folder}/${name}`, source), line)
  })
  const more = wrong.length > mostLines ? [`… and ${wrong.length - mostLines} lines more`] : []
  return [...named, ...more].join('\n  ') || 'it does not say why'
}
