import { expect, test } from 'vitest'
import { asBadgatewayError, BadgatewayError, exitCodes, reasonOf } from '../../../src/kit/errors.ts'

test('an error carries a code, a hint, and an exit code that says whose fault it was', () => {
  const usage = new BadgatewayError('SCENARIO_UNKNOWN', 'no such scenario', 'See badgateway list.')
  expect(usage).toMatchObject({ code: 'SCENARIO_UNKNOWN', exitCode: exitCodes.usage, hint: 'See badgateway list.' })
  expect(new BadgatewayError('ENGINE_UNREACHABLE', 'x', 'y').exitCode).toBe(exitCodes.environment)
})

test('what is not ours becomes INTERNAL and keeps its cause', () => {
  const cause = new TypeError('boom')
  expect(asBadgatewayError(cause)).toMatchObject({ code: 'INTERNAL', message: 'boom', cause })
  const own = new BadgatewayError('USAGE', 'a', 'b')
  expect(asBadgatewayError(own)).toBe(own)
})

test.each([
  [new Error('said'), 'said'],
  [new TypeError(''), 'TypeError'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('the reason of %s is %s', (thrown, reason) => expect(reasonOf(thrown)).toBe(reason))
