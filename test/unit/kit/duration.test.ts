import { expect, test } from 'vitest'
import { duration, durationMs, lasting, longestMs, showMs } from '../../../src/kit/duration.ts'

test.each([
  ['250ms', 250],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms))

test.each(['', '10', 's', '-1s', '1e3s', '0x10s', ' 1s', '1 s', 'NaN', '25h', '600h', '1d', '999999999999s'])(
  "'%s' is refused",
  (text) => {
    expect(durationMs(text)).toBeUndefined()
    const parsed = duration.safeParse(text)
    expect(parsed.success).toBe(false)
    expect(parsed.error?.issues[0]?.message).toContain(`'${text}' is no duration`)
  },
)

test.each([0, 0.5, 10_000, longestMs])('%d, which is ms already, stays what it is', (ms) => {
  expect(duration.parse(ms)).toBe(ms)
})

test.each([-1, longestMs + 1, Number.NaN, Infinity, true, null, {}])('%s is no duration', (given) => {
  expect(duration.safeParse(given).error?.issues[0]?.message).toMatch(/no duration: write/)
})

test('what was read reads back', () => expect(lasting.parse(lasting.parse('1.5m'))).toBe(90_000))

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [12_345, '12.3 s'],
  [245_000, '4 min 05 s'],
])('%i ms are shown as %s', (ms, shown) => expect(showMs(ms)).toBe(shown))
