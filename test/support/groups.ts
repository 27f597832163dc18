import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How test files are played: the first line of each below `test/docker` and `test/contract` names its group, and how
 * long it takes on a quiet machine of two cores, so that the long ones begin first: `// @group stack 60s`.
 */
export const dockerGroups = {
  /** No stack, a few containers at most. */
  light: 'as many at once as there are cores',
  /** Raises a stack. */
  stack: 'as many at once as the machine carries stacks',
  /** Too exact about time or rates, or too heavy, to have another beside it. */
  exact: 'one after the other',
  /** As `stack`, by `npm run test:full` only. */
  full: 'as many at once as the machine carries stacks',
  /** As `exact`, by `npm run test:full` only. */
  'full-exact': 'one after the other',
} as const

/** A unit test that measures time or CPU: in a process of its own, as many at once as there are cores. */
export const measuredGroup = 'measured'

export const dockerFolders = ['test/docker/', 'test/contract/']

const tag = /^\/\/ @group ([\w-]+)(?: (\d+)s)?$/

/** What a test file says in its first line; undefined when that names no group. */
export function groupOf(text: string): { group: string; seconds: number } | undefined {
  const [line = ''] = text.split('\n', 1)
  const [, group, seconds = '0'] = tag.exec(line) ?? []
  return group === undefined ? undefined : { group, seconds: Number(seconds) }
}

/** Paths of the test files below this folder whose group is `wanted`. */
export function filesOf(root: string, folder: string, wanted: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((path) => groupOf(readFileSync(join(root, path), 'utf8'))?.group === wanted)
}
