import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { lintCommand } from '../../../src/commands/lint.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { said } from './said.ts'

async function scenarioFile(checks: object[]): Promise<string> {
  const file = join(await temporaryFolder('lint'), 'edge.yaml')
  const scenario = {
    name: 'edge',
    title: 'The edge',
    summary: 'It was there.',
    report: { rootCause: 'A deploy.', impact: 'Some.', lessons: [] },
    clock: { steadyFrom: '10:00', start: '10:06', end: '10:26' },
    load: { users: { ratePerS: 50, users: 50, mix: [{ path: '/' }] } },
    story: [{ at: '10:06', fault: { kind: 'wrong-upstream', upstreams: ['api'] } }],
    checks,
    variants: { plain: { title: 'Plain', measures: [] } },
  }
  await writeFile(file, stringify(scenario))
  return file
}

test('a warning has its file, path and value, and strictly it is an error', async () => {
  const file = await scenarioFile([
    { kind: 'outage-begins', from: '10:06', to: '10:08' },
    { kind: 'users-affected', atMost: 1 },
  ])
  const line = `${file}: checks.1.atMost: this budget cannot fail: it allows everything (found 1)`
  expect(await said(lintCommand, ['lint', file])).toBe(`${line}\n1 warning.\n`)
  expect(JSON.parse(await said(lintCommand, ['lint', file, '--json']))).toEqual({ warnings: [line] })
  expect(await said(lintCommand, ['lint', file, '--strict'])).toMatch(
    /^.* cannot fail.*\n1 warning\.\nBadgatewayError: .*cannot fail/,
  )
})

test('where there is nothing to say, that is said', async () => {
  const file = await scenarioFile([{ kind: 'outage-begins', from: '10:06', to: '10:08' }])
  expect(await said(lintCommand, ['lint', file, '--strict'])).toBe('0 warnings.\n')
})
