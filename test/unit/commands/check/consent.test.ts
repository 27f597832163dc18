import { expect, test } from 'vitest'
import { agreedTo } from '../../../../src/commands/check/consent.ts'

const asked = async (yes: boolean, answer?: string) => {
  let said = ''
  const err = (text: string) => {
    said += text
  }
  const ask = () => Promise.resolve(answer ?? '')
  const told = agreedTo('web: stopped\n', yes, { err, ...(answer === undefined ? {} : { ask }) })
  return await told.then(
    () => ({ said, code: 0 }),
    (thrown: unknown) => ({ said, thrown }),
  )
}

test.each([
  [true, undefined],
  [false, 'yes'],
  [false, ' Y '],
])('it is agreed to with --yes %j and the answer %j', async (yes, answer) => {
  expect(await asked(yes, answer)).toEqual({ said: 'web: stopped\n', code: 0 })
})

test.each([[undefined], [''], ['no'], ['yesterday']])(
  'the answer %j is a refusal, with exit code 64',
  async (answer) => {
    const { said, thrown } = { thrown: undefined, ...(await asked(false, answer)) }
    expect(said).toBe('web: stopped\n')
    expect(thrown).toMatchObject({ code: 'USAGE', exitCode: 64, hint: expect.stringContaining('Nothing was touched') })
  },
)
