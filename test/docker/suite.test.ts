// @group stack 60s
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeSmall } from '../support/small-project.ts'
import { startRunner, vitestArgv, writeSuite } from '../support/suite-project.ts'

const tests = `import { expect, test } from 'vitest'
import { resilience } from 'badgateway/vitest'
const site = resilience({ stack: './badgateway.yaml', rate: 50, hold: '1s' })
let met
test('somebody is told, and users are served again', async () => {
  met = await site.during('refuse', { target: 'api', hold: '7s' })
  expect(met).toAlert('SiteDown', { within: '7s' })
  expect(met).toRecoverWithin('10s')
  expect(met).not.toFailAtMost('0.5%')
})
test('nothing fails', async () => {
  expect(await site.during('refuse', { target: 'api' })).toFailAtMost('0.5%')
})
test('it is held to a budget', () => {
  expect(met).toKeepBudgets()
})
`

test('tests of Vitest pass, fail with what happened, and are skipped with their reason', async () => {
  const project = await writeSuite(tests)
  const { code, out } = await startRunner(project, vitestArgv).ended
  expect(out).toMatch(/✓ site\.test\.ts > somebody is told, and users are served again/)
  expect(out).toMatch(/× site\.test\.ts > nothing fails/)
  expect(out).toMatch(
    /↓ site\.test\.ts > it is held to a budget .*\[refuse\/api: `expect` in badgateway\.yaml holds it to nothing\]/,
  )
  const told = [
    /Error: refuse\/api: \d+ of \d+ requests failed, .*: 0\.5 % allowed/,
    / {2}The only server of api \(api\) refused connections, and .* of requests failed \(most of them 502\)/,
    / {2}Most likely to help: api has no second server that could answer: give it one\./,
  ]
  for (const line of told) expect(out).toMatch(line)
  expect(code).toBe(1)
  const [matrix = ''] = globSync('test-results/badgateway/site.test.ts/*/matrix.html', { cwd: project.folder })
  expect(out).toContain(`badgateway: Report: ${join(project.folder, matrix)}`)
  expect(readFileSync(join(project.folder, matrix), 'utf8')).toContain('Played 2 times')
})

const plain = `import { after, before, test } from 'node:test'
import { AssertionError, throws } from 'node:assert'
import { resilience } from ${JSON.stringify(join(import.meta.dirname, '../../src/resilience.ts'))}
const site = resilience({ stack: './badgateway.yaml', rate: 50, hold: '1s', out: '../out' })
before(() => site.start())
after(() => site.stop())
test('users are served again', async () => {
  const met = await site.during('refuse', { target: 'api' })
  met.mustRecoverWithin('10s')
  throws(() => met.mustFailAtMost('0.5%'), AssertionError)
  throws(() => met.mustAlert('SiteDown'), /^AssertionError.*: Inconclusive: refuse.api: this stack has no monitoring/)
})
`

test('tests of node:test ask the same by AssertionErrors', async () => {
  const project = await writeSmall({ 'site.test.mjs': plain })
  const { code, out } = await startRunner(project, ['--test', '--test-reporter=tap', 'site.test.mjs']).ended
  expect(out).toContain('ok 1 - users are served again')
  expect({ code, out }).toMatchObject({ code: 0 })
})
