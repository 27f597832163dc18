// @group light 15s
import { expect, test } from 'vitest'
import { ruleNames } from '../../src/nginx/index.ts'
import { shown, showRules } from '../support/nginx/show-rules.ts'

test('all but two are shown', () => {
  const names = shown.map(([trap]) => trap)
  expect(ruleNames.filter((name) => !names.includes(name))).toEqual(['rewrite-overruns-heap', 'quic-without-reuseport'])
})

showRules('proxy')
