// @group light 4s
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord } from '../../src/journal/index.ts'
import { badgateway, leftOvers, runFolder } from '../support/badgateway.ts'
import { freshFolder } from '../support/folder.ts'

const run = (...more: string[]) => ['run', 'misconfigured-upstream', ...more]

test.each<[string, string[], number, RegExp]>([
  ['flags that exclude each other', ['run', 'incidents', '--all', '--variant', 'runbook'], 64, /--all and --variant/],
  ['unknown scenario', ['run', 'misconfigured'], 64, /no scenario 'misconfigured'[\s\S]*misconfigured-upstream/],
  ['unknown variant', run('--variant', 'none'), 64, /no variant 'none'[\s\S]*as-it-happened/],
  ['wrong time scale', run('--time-scale', 'fast'), 64, /--time-scale: 'fast'/],
  ['missing rules', run('--rules', '/nowhere'), 64, /The rules in \/nowhere: no such folder/],
  ['unknown image name', run('--image', 'prxy=nginx'), 64, /'prxy=nginx' names no image/],
  ['wrong port', run('--port', '99999'), 64, /--port: '99999'/],
  ['unknown option', run('--fast'), 64, /unknown option '--fast'/],
  ['unknown command', ['rnu'], 64, /unknown command 'rnu'/],
  ['no run there', ['judge', 'src'], 64, /src: no journal\.jsonl/],
])('%s: one message, exit %4$s', async (_, argv, code, words) => {
  const out = await freshFolder()
  const ended = await badgateway(argv[0] === 'run' ? [...argv, '--out', out] : argv)
  expect(ended.code, ended.err).toBe(code)
  expect(ended.err).toMatch(words)
  expect(ended.err).not.toMatch(/^\s+at /m)
  expect(readdirSync(out)).toEqual([])
})

test('an engine that is not there: told at once, with its address and what to do', async () => {
  const ended = await badgateway(run('--out', await freshFolder()), { DOCKER_HOST: 'unix:///nowhere/docker.sock' })
  expect(ended.code).toBe(3)
  expect(ended.err).toContain('/nowhere/docker.sock')
})

test('a port that is taken: refused before anything is started', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const out = await freshFolder()
  const ended = await badgateway(run('--port', String(port), '--variant', 'config-validation', '--out', out))
  server.close()
  expect(ended.code).toBe(3)
  expect(ended.err + ended.out).toContain(`Port ${port} on 127.0.0.1 is taken`)
  const { facts } = await readRecord(join(runFolder(out, 'misconfigured-upstream'), 'config-validation'))
  expect(facts[0]).toMatchObject({ kind: 'run-started' })
  expect(facts.filter((fact) => fact.kind === 'stack-ready')).toEqual([])
  expect(await leftOvers(facts[0]?.kind === 'run-started' ? facts[0].runId : '')).toEqual([])
})
