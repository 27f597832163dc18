import { dumpOf, filesOf, readConfiguration, uninstrument } from '../../nginx/index.ts'
import type { ProxyService } from '../types.ts'

type Proxy = Pick<ProxyService, 'exec'> & { place?: Pick<ProxyService['place'], 'program'> | undefined }

/**
 * What `nginx -T` prints, each file below a line with its path, without what the harness has added; undefined when
 * Nginx refuses what lies there. What it says of itself comes on another stream, and would stand in the middle of a
 * line: it is left out.
 */
export async function effectiveConfiguration({ exec, place }: Proxy): Promise<string | undefined> {
  const program = place?.program ?? ['nginx']
  const { code, output } = await exec([...program, '-T'], { stdoutOnly: true })
  return code === 0 ? withoutInstruments(output) : undefined
}

function withoutInstruments(output: string): string {
  const dump = dumpOf(output)
  if (!dump) return output
  const edited = uninstrument(readConfiguration({ main: dump.main, files: filesOf(dump.files) }))
  return edited.reduce((text, { before, after }) => text.replace(before, () => after), output)
}
