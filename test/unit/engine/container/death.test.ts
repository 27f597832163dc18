import { expect, test } from 'vitest'
import { deathOf, type ExitEvidence } from '../../../../src/engine/container/death.ts'

const well: ExitEvidence = { running: true, exitCode: 0, oomKilled: false, oomKills: 0, said: ['{"ready":true}'] }
const gone: ExitEvidence = { ...well, running: false }
const heap = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
const ended = (code: number) => `supervise: the program ended with ${code}`

test.each<[string, ExitEvidence, string]>([
  ['nothing happened', well, 'runs'],
  ['the container died of it', { ...gone, exitCode: 137, oomKilled: true, oomKills: null }, 'out of memory'],
  ['the container outlived it', { ...well, oomKills: 1, said: [ended(137)] }, 'out of memory'],
  ['both counts are there', { ...gone, exitCode: 137, oomKilled: true, oomKills: 2 }, 'out of memory'],
  ["V8's own heap, by abort", { ...gone, exitCode: 134, said: [heap] }, 'heap exhausted'],
  ["V8's own heap, by a trap", { ...gone, exitCode: 133, said: [heap] }, 'heap exhausted'],
  ["V8's own heap, below a supervisor", { ...well, said: [heap, ended(134)] }, 'heap exhausted'],
  [
    'a child was killed by the kernel, the heap was full',
    { ...gone, exitCode: 134, oomKilled: true, said: [heap] },
    'heap exhausted',
  ],
  ['somebody sent SIGKILL', { ...gone, exitCode: 137 }, 'killed'],
  ['somebody sent SIGKILL below a supervisor', { ...well, said: [ended(137)] }, 'killed'],
  ['a segmentation fault', { ...gone, exitCode: 139 }, 'crashed'],
  ['an exception', { ...gone, exitCode: 1 }, 'crashed'],
  ['the kernel killed a child of it, and it ended by itself', { ...gone, exitCode: 1, oomKilled: true }, 'crashed'],
  ['it was stopped', { ...gone, exitCode: 143 }, 'ended'],
])('%s: %s', (_, evidence, death) => {
  expect(deathOf(evidence).death).toBe(death)
})

test('says by whom the kill is known', () => {
  const { because } = deathOf({ ...gone, exitCode: 137, oomKilled: true, oomKills: 1 })
  expect(because).toContain("exit code 137, reported by the engine and by the cgroup's count of 1")
})
