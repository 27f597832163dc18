import { createHash } from 'node:crypto'
import type { ProxyService, Release } from '../stack/index.ts'
import { readRelease } from './release.ts'
import { workersOf } from './switch.ts'

/** What lies in the proxy's folders, as one hash, and who its workers are. */
export interface Look {
  onDisk: string
  workers: readonly string[]
}

/** One look from outside: the files of the configuration by the engine's archive, and the workers' process ids. */
export async function lookAt(proxy: ProxyService): Promise<Look> {
  const [release, workers] = await Promise.all([readRelease(proxy, 'on disk'), workersOf(proxy)])
  return { onDisk: hashOfFiles(release), workers }
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
