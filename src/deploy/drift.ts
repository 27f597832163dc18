import { createHash } from 'node:crypto'
import type { Release, Service } from '../stack/index.ts'

const places = ['/etc/nginx/conf.d', '/etc/nginx/shared', '/etc/nginx/nginx.conf']
const workersFile = '/proc/1/task/1/children'

/** What lies in the proxy's folder, as one hash, and who its workers are. */
export interface Look {
  onDisk: string
  workers: readonly string[]
}

/** One look into the container: the sums of all files of the configuration, and the process ids of the workers. */
export async function lookAt(proxy: Service): Promise<Look> {
  const sums = ['(', '-name', '*.conf', '-exec', 'sha256sum', '{}', '+', ')']
  const pids = ['(', '-name', 'children', '-exec', 'cat', '{}', '+', ')']
  const { output } = await proxy.exec(['find', ...places, workersFile, ...sums, '-o', ...pids])
  const line = /([0-9a-f]{64}) {2}(\/\S+)\n?/g
  const found = [...output.matchAll(line)].map(([, sum = '', path = '']): [string, string] => [path, sum])
  const workers = output.replaceAll(line, ' ').match(/\b\d+\b/g) ?? []
  return { onDisk: hashOfSums(found), workers }
}

/** The same hash of a release that is at hand. */
export function hashOfFiles({ files }: Release): string {
  return hashOfSums(
    files.flatMap(({ path, content }): [string, string][] =>
      content === null ? [] : [[path, createHash('sha256').update(content).digest('hex')]],
    ),
  )
}

function hashOfSums(sums: readonly [path: string, sum: string][]): string {
  const lines = sums.map(([path, sum]) => `${path} ${sum}`).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12)
}

/** Which configuration is in effect: what lay there when workers were last seen to be new. */
export class Effective {
  hash: string
  private workers: readonly string[]

  constructor(first: Look) {
    this.hash = first.onDisk
    this.workers = first.workers
  }

  see({ onDisk, workers }: Look): string {
    if (workers.some((pid) => !this.workers.includes(pid))) this.hash = onDisk
    this.workers = workers
    return this.hash
  }
}
