import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const spec = { kind: 'service-levels', over: 4_000, errorsFrom: 0.02, slowFrom: 500, watch: 0 } as const

/** Monitoring that says these shares of errors and response times (s), one after the other, the last for ever. */
function seen(...figures: [errors: string, p95: string][]) {
  const stack = fakeStack()
  let looks = 0
  stack.onMonitoring = (path) => {
    const query = decodeURIComponent(path)
    const [errors, p95] = figures[Math.min(looks, figures.length - 1)] ?? []
    if (query.includes('histogram_quantile')) looks += 1
    const value = query.includes('5..') ? errors : query.includes('histogram_quantile') ? p95 : '400'
    return JSON.stringify({ data: { result: value === undefined ? [] : [{ value: [0, value] }] } })
  }
  return fakeView({ stack })
}

test.each([
  ['well', '0', '0.12'],
  ['errors', '0.6', '0.12'],
  ['slow answers', '0.01', '1.2'],
  ['errors and slow answers', '0.6', '1.2'],
])('%s', async (expected, errors, p95) => {
  const { finding, because } = await probeFor(spec).look(seen([errors, p95]))
  expect(finding).toBe(expected)
  expect(because).toContain(`% of 400 requests/s end in an error, p95 is ${Number(p95) * 1_000} ms`)
})

test('it is watched until all is well, not for ever', async () => {
  const getting = [['0.5', '1'] as const, ['0.1', '0.1'] as const, ['0', '0.1'] as const].map(([a, b]) => [a, b])
  const figures = getting as [string, string][]
  expect((await probeFor(spec).look(seen(...figures))).finding).toBe('errors and slow answers')
  expect((await probeFor({ ...spec, watch: 5_000 }).look(seen(...figures))).finding).toBe('well')
  expect((await probeFor({ ...spec, watch: 5_000 }).look(seen(['0.5', '0.1']))).finding).toBe('errors')
})

test('that nobody knows is not that all is well', async () => {
  await expect(probeFor(spec).look(seen(['NaN', '0.1']))).rejects.toMatchObject({ code: 'MONITOR_FAILED' })
})
