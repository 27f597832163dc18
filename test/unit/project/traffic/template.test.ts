import { expect, it } from 'vitest'
import { collapsed, templateOf } from '../../../../src/project/traffic/template.ts'

it.each<[string, string | undefined]>([
  ['/', '/'],
  ['/api/items', '/api/items'],
  ['/api/items/42', '/api/items/1'],
  ['/api/items/42/parts/7', '/api/items/1/parts/1'],
  ['/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301', '/orders/x'],
  ['/c/9e107d9d372bb6826bd81d3542a419d6', '/c/x'],
  ['/report/2024-05-17', '/report/2026-01-01'],
  ['/users/john-smith', '/users/x'],
  ['/users/me', '/users/me'],
  ['/users/12/orders', '/users/1/orders'],
  ['/@john', '/x'],
  ['/u/john@example.com/x', '/u/x/x'],
  ['/mail/john%40example.com', '/mail/x'],
  ['/reset-password/abc', '/reset-password/x'],
  ['/uploads/passport-john.jpg', '/uploads/x.jpg'],
  ['/assets/app.3f2a9c1b8d7e6f50.js', '/assets/app.3f2a9c1b8d7e6f50.js'],
  ['/img/12345.png', '/img/1.png'],
  ['/search?q=john+smith&page=2', '/search?page=1&q=x'],
  ['/cb?token=abc&code=1&state=zz', '/cb?state=x'],
  ['/a?email=j@x.y', '/a'],
  ['/a?j@x.y=1', '/a'],
  ['https://shop.test/a/1?x=2', '/a/1?x=1'],
  ['/a#b', '/a'],
  ['', undefined],
  ['*', undefined],
  ['a', undefined],
  ['/a b', undefined],
  ['/\u001b[31m', undefined],
  [`/${'a/'.repeat(40)}`, undefined],
  ['/__proto__', '/__proto__'],
])('%s becomes %s', (given, safe) => {
  expect(templateOf(given)).toBe(safe)
})

it('words that are too many in one place are one', () => {
  const slugs = Array.from({ length: 30 }, (_, at): [string, number] => [
    `GET /p/word${'abcdefghij'[at % 10]}${'xyz'[at % 3]}/reviews`,
    2,
  ])
  const found = collapsed(new Map([...slugs, ['GET /p', 5], ['GET /about/us', 3]]))
  expect([...found].sort()).toEqual([
    ['GET /about/us', 3],
    ['GET /p', 5],
    ['GET /p/x/reviews', 60],
  ])
})

it('words that are few stay', () => {
  const few = new Map(['a', 'b', 'c'].map((one): [string, number] => [`GET /${one}`, 1]))
  expect(collapsed(few)).toEqual(few)
})
