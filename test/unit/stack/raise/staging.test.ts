import { expect, test } from 'vitest'
import { BadgatewayError } from '../../../../src/kit/errors.ts'
import { definitionsOf } from '../../../../src/shop/define.ts'
import { measureNames, shopOf } from '../../../../src/shop/measures.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import { stagingShop } from '../../../../src/shop/staging-shop.ts'
import type { RaiseOptions } from '../../../../src/stack/raise/raise.ts'
import { type RaiseBothOptions, raiseWithStaging } from '../../../../src/stack/raise/staging.ts'
import { fakeStack } from '../../../support/fake-stack.ts'

const shopWith = (staging: object | undefined, measures: readonly string[]) => {
  return { ...shopOf(stackSpec.parse(staging ? { staging } : {}), measures), token: '' }
}
const servicesOf = (staging: object | undefined, measures: readonly string[]) => {
  return stagingShop(shopWith(staging, measures)).map(({ name }) => name)
}

test('staging is as small as the scenario says', () => {
  expect(servicesOf({ web: 1, api: 1 }, ['staging'])).toEqual(['proxy', 'web-1', 'api-1', 'database', 'agent'])
  expect(servicesOf({ database: false }, ['staging'])).not.toContain('database')
})

test('with parity it is what serves the site in production, whatever the scenario says', () => {
  const whole = ['proxy', 'web-1', 'web-2', 'api-1', 'api-2', 'database', 'agent']
  expect(servicesOf({ web: 1, api: 1, database: false }, ['staging-parity'])).toEqual(whole)
  expect(servicesOf({ web: 1 }, ['staging-parity', 'blue-green'])).toEqual(['edge', ...whole])
})

test('nobody but its agent can knock there from outside', () => {
  const published = stagingShop(shopWith(undefined, ['staging-parity', 'blue-green'])).filter((one) => one.published)
  expect(published.map(({ name }) => name)).toEqual(['agent'])
})

const needed = { docker: undefined, runId: 'r', labels: {}, images: {}, dockerFolder: '' }
const options = (measures: readonly string[]) => {
  return { ...needed, ...definitionsOf(shopWith({ web: 1 }, measures)), port: 8123 } as unknown as RaiseBothOptions
}
const namesOf = (one: RaiseOptions | undefined) => one?.define('').services.map(({ name }) => name)

test('without the measure nothing is raised beside the shop', async () => {
  const asked: RaiseOptions[] = []
  const raise = (one: RaiseOptions) => {
    asked.push(one)
    return Promise.resolve(fakeStack())
  }
  const others = measureNames.filter((name) => !name.startsWith('staging'))
  expect(await raiseWithStaging(options(others), raise)).not.toHaveProperty('staging')
  expect(asked).toHaveLength(1)
})

test('both are raised at once, staging in its own size and at no port of the shop', async () => {
  const asked: RaiseOptions[] = []
  const both = Promise.withResolvers<void>()
  const raise = async (one: RaiseOptions) => {
    asked.push(one)
    if (asked.length === 2) both.resolve()
    await both.promise
    return fakeStack()
  }
  expect(await raiseWithStaging(options(['staging']), raise)).toHaveProperty('staging')
  const [shop, staging] = asked
  expect(shop).toMatchObject({ port: 8123 })
  expect(namesOf(shop)).toContain('web-2')
  expect(shop).not.toHaveProperty('beside')
  expect(staging).toMatchObject({ beside: 'staging' })
  expect(namesOf(staging)).toContain('api-2')
  expect(namesOf(staging)).not.toContain('web-2')
  expect(staging).not.toHaveProperty('port')
})

test('a staging that does not come up is told only when the shop is awaited too', async () => {
  const done: string[] = []
  const raise = async ({ beside }: RaiseOptions) => {
    if (beside) throw new BadgatewayError('SERVICE_NOT_READY', 'web-1 of staging ended', '')
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    done.push('shop')
    return fakeStack()
  }
  await expect(raiseWithStaging(options(['staging']), raise)).rejects.toThrow('web-1 of staging ended')
  expect(done).toEqual(['shop'])
})
