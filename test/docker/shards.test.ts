// @group full 150s
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { badgateway } from '../support/badgateway.ts'
import { thingsOf } from '../support/killed-check.ts'
import { type SmallProject, smallFile, writeSmall } from '../support/small-project.ts'

/** Two for three shards: one has nothing to play. */
const cells = ['refuse/api', 'stop/api']
const asked = [...cells.flatMap((cell) => ['--only', cell]), '--hold', '2s', '--repeats', '2', '--json']

/** The same project in a folder of its own, as on a machine of its own. One of its cells cannot keep its budget. */
const machine = () =>
  writeSmall({
    'badgateway.yaml': JSON.stringify({ ...smallFile, expect: { modes: { refuse: { failedAtMost: '10%' } } } }),
  })

async function checked({ folder, out, env }: SmallProject, ...more: string[]) {
  const { code, out: said, err } = await badgateway(['check', folder, ...asked, ...more, '--out', out], env)
  expect([0, 1], `${err}${said.slice(0, 4_000)}`).toContain(code)
  return { code, told: JSON.parse(said) }
}

const verdicts = ({ rows, status }: { rows: { cell: string; verdict: string; status: string }[]; status: string }) => ({
  status,
  rows: rows
    .map(({ cell, verdict, status: told }) => ({ cell, verdict, told }))
    .sort((a, b) => (a.cell < b.cell ? -1 : 1)),
})

/** What names lines of the project's files, which whoever joins has not; and what only who joins writes. */
const ofOneAlone = ['comment.md', 'findings.sarif', 'codequality.json', 'merged.json']

test('three shards on machines of their own, joined, say what one run says', async () => {
  const one = await machine()
  const whole = await checked(one)
  expect(whole.code).toBe(1)
  const times = join(whole.told.folder, 'times.json')
  expect(Object.keys(JSON.parse(await readFile(times, 'utf8')).ms).sort()).toEqual(cells.toSorted())
  const machines: SmallProject[] = []
  const codes: number[] = []
  for (const at of [1, 2, 3]) {
    const own = await machine()
    const { code, told } = await checked(own, '--shard', `${at}/3`, '--times', times)
    expect(told.rows).toHaveLength(at === 3 ? 0 : 1)
    codes.push(code ?? -1)
    machines.push(own)
  }
  expect(codes.toSorted()).toEqual([0, 0, 1])
  const merge = (folders: readonly string[]) =>
    badgateway(['merge', ...folders, '--json', '--out', join(one.out, 'merged')])
  const outs = machines.map(({ out }) => out)
  const merged = await merge(outs)
  const joined = JSON.parse(merged.out)
  expect({ code: merged.code, ...verdicts(joined) }, merged.err).toEqual({ code: whole.code, ...verdicts(whole.told) })
  const files = async (folder: string) => (await readdir(folder)).filter((name) => !ofOneAlone.includes(name)).sort()
  expect(await files(joined.folder)).toEqual(await files(whole.told.folder))
  const half = await merge(outs.slice(1))
  expect([half.code, half.err]).toEqual([2, expect.stringMatching(/Shard 1 of 3 is missing/)])
  for (const project of [one, ...machines]) expect(await thingsOf(project)).toEqual([])
})
