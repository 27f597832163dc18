import { expect, test } from 'vitest'
import { descriptionOf } from '../../../../src/shop/define.ts'
import { shopOf } from '../../../../src/shop/measures.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import { lacking } from '../../../../src/stack/description/capabilities.ts'
import { quarry } from '../../../support/quarry.ts'

const shopWith = (stack: object, measures: string[] = []) => descriptionOf(shopOf(stackSpec.parse(stack), measures))

test('what a stack lacks is told once and in words', () => {
  expect(lacking(quarry(''), ['database', 'scriptable', 'database'])).toEqual([
    'a database',
    'servers that can be told to misbehave',
  ])
  expect(lacking(quarry(''), [])).toEqual([])
  expect(lacking(quarry(''), ['toString'])).toEqual(['toString'])
})

test('the shop has what its specification and measures give it', () => {
  const usual = ['scriptable', 'instrumented', 'logged', 'versioned', 'growing', 'cache', 'database', 'monitoring']
  expect(lacking(shopWith({}), usual)).toEqual([])
  expect(lacking(shopWith({}), ['supervised', 'edge'])).toHaveLength(2)
  expect(lacking(shopWith({ supervised: true }, ['blue-green']), ['supervised', 'edge'])).toEqual([])
})
