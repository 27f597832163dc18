import { expect, test } from 'vitest'
import { accessNumbers, parseAccessLine } from '../../../src/kit/access-line.ts'
import { accessLine } from '../../../src/nginx/index.ts'

const least = { t: 1795214858.673, id: 'r-7', method: 'GET', path: '/', status: 502, time: 0.01 }

test('an access line is read, whatever else it has, and what no upstream was asked for is empty', () => {
  const read = parseAccessLine(JSON.stringify({ ...least, upstream_addr: 'web', more: 1 }))
  expect(read).toMatchObject({ ...least, upstream_addr: 'web', upstream_status: '', bytes: 0, release: '' })
  expect(read).not.toHaveProperty('more')
})

test.each(['', 'plain', '{"t":', '{"id":"x"}', '[1]', 'null', JSON.stringify({ ...least, status: '502' })])(
  "'%s' is no access line",
  (text) => expect(parseAccessLine(text)).toBeUndefined(),
)

test('every key that Nginx is told to write is read, with the type that it is written with', () => {
  const written = accessLine({ status: 'status', release: 'release' })
  const texts = written.replaceAll(/"\$(\w+)"/g, '"$1"')
  const line = texts.replaceAll(/:\$\w+/g, ':7')
  const read = parseAccessLine(line)
  expect(read).toEqual(JSON.parse(line))
  const numbers = Object.entries(read ?? {}).flatMap(([key, value]) => (typeof value === 'number' ? [key] : []))
  expect(new Set(numbers)).toEqual(accessNumbers)
})
