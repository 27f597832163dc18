import type { Service } from '../types.ts'

/**
 * What `nginx -T` prints, each file below a line with its path; undefined when Nginx refuses what lies there.
 * What it says of itself comes on another stream, and may stand in the middle of a line here: it is left out.
 */
export async function effectiveConfiguration({ exec }: Pick<Service, 'exec'>): Promise<string | undefined> {
  const { code, output } = await exec(['sh', '-c', 'nginx -T 2>/dev/null'])
  return code === 0 ? output : undefined
}
