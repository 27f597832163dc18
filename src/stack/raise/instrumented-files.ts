import { BadgatewayError } from '../../kit/errors.ts'
import { filesOf, instrument, readConfiguration } from '../../nginx/index.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import { instrumentationOf } from '../description/instrumentation.ts'

interface TextAt {
  content: string
  target: string
}

const firstRelease = 'good'

/** What a proxy's log will not tell, and why: `edge: /etc/nginx/nginx.conf:12: …`. */
export type OnLacking = (lack: string) => void

/**
 * The files that a service starts with, a proxy's configuration with the harness's instruments in it.
 * SERVICE_NOT_READY when they cannot be added; a configuration that Nginx refuses is left as it is, and Nginx tells.
 */
export function instrumentedFiles(
  description: StackDescription,
  { name, role, release = firstRelease }: Pick<ServiceDefinition, 'name' | 'role' | 'release'>,
  files: readonly TextAt[],
  onLacking: OnLacking = () => undefined,
): readonly TextAt[] {
  const { instruments } = instrumentationOf(description) ?? {}
  if (!instruments || role !== 'proxy') return files
  const texts = new Map(files.map(({ target, content }) => [target, content]))
  const { config: main } = description.proxy
  const configuration = readConfiguration({ main, files: filesOf(texts) })
  const found = instrument(configuration, { ...instruments, release, isDraft: true, isWhole: true })
  if ('because' in found) {
    if (texts.has(main) && configuration.unread.some(({ kind }) => kind === 'refused')) return files
    const hint = 'Give the stack another status port, or describe it without `instrumented`.'
    throw new BadgatewayError('SERVICE_NOT_READY', `${name} cannot be instrumented: ${found.because}`, hint)
  }
  for (const { file, line, because } of found.lacking) onLacking(`${name}: ${file}:${line}: ${because}`)
  for (const { path, after } of found.files) texts.set(path, after)
  return [...texts].map(([target, content]) => ({ target, content }))
}
