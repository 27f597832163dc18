import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isRunId, labelKeys, manualCommands, ownerAlive, runLabels } from '../../../src/engine/labels.ts'
import { ownerOf, ownerOfOtherBoot, ownerState } from '../../../src/engine/owner.ts'

test('everything of a run wears its id, its owner and the absolute path of its journal', () => {
  const labels = runLabels({ runId: 'r1', journalFile: 'runs/x/journal.jsonl', role: 'proxy' })
  expect(labels).toEqual({
    badgateway: 'r1',
    'badgateway.owner': ownerOf(process.pid),
    'badgateway.journal': `${process.cwd()}/runs/x/journal.jsonl`,
    'badgateway.role': 'proxy',
  })
  expect(runLabels({ runId: 'r1', journalFile: '/j' })).not.toHaveProperty([labelKeys.role])
})

test.each(['', 'a b', 'a;b', '$(x)', '-rf', 'x'.repeat(101), 'ä'])("'%s' is no run id", (runId) => {
  expect(isRunId(runId)).toBe(false)
  expect(() => runLabels({ runId, journalFile: '/j' })).toThrow(expect.objectContaining({ code: 'UNDO_REFUSED' }))
  expect(() => manualCommands(runId)).toThrow(expect.objectContaining({ code: 'UNDO_REFUSED' }))
})

test('the commands by hand name the run and nothing else', () => {
  for (const command of manualCommands('r1')) expect(command).toContain('--filter label=badgateway=r1 |')
})

test('an owner is alive as long as its process is, and not when its number belongs to another', () => {
  const mine = ownerOf(process.pid)
  const [boot, pid, start = '', namespace] = mine.split('/')
  expect(mine).toMatch(/^[0-9a-f-]{36}\/\d+\/\d+\/\d+$/)
  expect(ownerAlive(mine)).toBe(true)
  expect(ownerState([boot, pid, Number(start) + 1, namespace].join('/'))).toBe('dead')
  expect(ownerState([boot, 4_194_304, start, namespace].join('/'))).toBe('dead')
  expect(ownerState([boot, pid, start].join('/'))).toBe('alive')
})

test('what cannot be told from here counts as alive', () => {
  const [boot, pid, start, namespace] = ownerOf(process.pid).split('/')
  const otherBoot = ['other-boot', pid, start, namespace].join('/')
  for (const owner of [otherBoot, [boot, pid, start, 1].join('/'), '', 'nonsense', `${boot}/x/y`]) {
    expect(ownerState(owner)).toBe('elsewhere')
    expect(ownerAlive(owner)).toBe(true)
  }
  expect(ownerOfOtherBoot(otherBoot)).toBe(true)
  expect(ownerOfOtherBoot(ownerOf(process.pid))).toBe(false)
})

test('a process that was killed is dead, also while it is a zombie', async () => {
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [word] = (await once(child.stdout, 'data')) as [Buffer]
  // The shell became `sleep`, which never reaps: the child that has ended stays a zombie until then.
  const zombie = Number(word.toString())
  const owner = ownerOf(child.pid ?? 0)
  expect(ownerState(owner)).toBe('alive')
  while (ownerOf(zombie).split('/')[2] !== '0') await new Promise(setImmediate)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(ownerState(owner)).toBe('dead')
})
