import type { Undo } from '../kit/undo.ts'
import type { FileContent, Service } from './types.ts'

/** The undo that gives these files back what they hold here; `HUP` when the service has to read them again. */
export function writeBack(service: Service, files: readonly FileContent[], signal: 'HUP' | null): Undo {
  const held = files.map(({ path, content, owned }) => {
    return { path, content: content?.toString('base64') ?? null, ...(owned ? { owned } : {}) }
  })
  const reload = signal !== null && service.reload ? { reload: [...service.reload] } : {}
  return { verb: 'write-files', container: service.containerId, files: held, signal, ...reload }
}
