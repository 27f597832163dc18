import type { Release } from './release.ts'
import type { ReleaseHistory } from './scene.ts'

/** The proxy's releases; those that were tried before, in their order, are the caller's list. */
export function releaseHistory(all: Release[] = []): ReleaseHistory {
  return {
    get good() {
      return all[0]
    },
    get current() {
      return all.at(-1)
    },
    get previous() {
      return all.at(-2)
    },
    record: (release) => void all.push(release),
  }
}
