import type { Service } from '../types.ts'

/**
 * What `nginx -T` prints, each file below a line with its path; undefined when Nginx refuses what lies there.
 * What it says of itself comes on another stream, and would stand in the middle of a line: it is left out.
 */
export async function effectiveConfiguration({ exec }: Pick<Service, 'exec'>): Promise<string | undefined> {
  const { code, output } = await exec(['nginx', '-T'], { stdoutOnly: true })
  return code === 0 ? output : undefined
}
