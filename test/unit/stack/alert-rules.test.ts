import { expect, test } from 'vitest'
import { alertRule } from '../../../src/stack/alert-rules.ts'

test('a rule is found by its name, with its file, its expression and its wait', async () => {
  const rule = await alertRule('DatabaseDown')
  expect(rule).toMatchObject({ alert: 'DatabaseDown', file: 'backends.yml', forMs: 3_000 })
  expect(rule.expr).toContain('pg_up')
})

test('a rule without a wait fires at once', async () => {
  expect((await alertRule('ContainerMemoryNearLimit')).forMs).toBe(0)
})

test('a rule that nobody wrote is told, and where they are', async () => {
  await expect(alertRule('NoSuchAlert')).rejects.toMatchObject({
    code: 'RULES_MISSING',
    hint: expect.stringContaining('monitoring/rules'),
  })
})
