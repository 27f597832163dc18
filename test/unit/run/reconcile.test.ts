import { expect, test } from 'vitest'
import type { LedgerClass } from '../../../src/kit/ledger.ts'
import { reconcile } from '../../../src/run/reconcile.ts'
import { LogBook } from '../../../src/watch/index.ts'
import { quickClock } from '../../support/quick-clock.ts'

/** The books of users to whom each request ended so, and of a proxy that logged these ids with a status. */
async function books(classes: readonly LedgerClass[], logged: Readonly<Record<string, number>>) {
  const summary = summaryOf(classes)
  const logs = new LogBook(() => undefined)
  for (const [id, status] of Object.entries(logged)) logs.answered.set(id, status)
  return await reconcile([{ prefix: 'r-u', summary }], logs, quickClock())
}

/** What became of each request; undefined: that is not known. */
function summaryOf(classes: readonly (LedgerClass | undefined)[]) {
  const summary = { planned: classes.length, classOf: (k: number) => classes[k] }
  return summary as Parameters<typeof reconcile>[0][number]['summary']
}

test('an answer is in both books when the proxy logged it with the status that the client got', async () => {
  expect(await books(['http_200', 'http_502'], { 'r-u-0': 200, 'r-u-1': 502 })).toMatchObject({
    ...{ matched: 2, answeredUnlogged: 0, loggedUnknown: 0, lostButLogged: 0, logged: 2 },
    because: expect.stringContaining('2 answers are in both books'),
  })
})

test('another status than the client got is another answer', async () => {
  const told = await books(['http_200', 'http_200'], { 'r-u-0': 200, 'r-u-1': 502 })
  expect(told).toMatchObject({ matched: 1, answeredUnlogged: 1, lostButLogged: 0, logged: 2 })
})

test('an answer of wrong content is in both books, whatever good status the proxy logged', async () => {
  const told = await books(['wrong_content', 'wrong_content'], { 'r-u-0': 204, 'r-u-1': 502 })
  expect(told).toMatchObject({ matched: 1, answeredUnlogged: 1, lostButLogged: 0, logged: 2 })
})

test('an answer that was never logged is the clients’ alone', async () => {
  expect(await books(['http_200', 'http_200'], { 'r-u-0': 200 })).toMatchObject({ matched: 1, answeredUnlogged: 1 })
})

test('a logged request of this run that no client sent is counted, and one of somebody else is not', async () => {
  const told = await books(['http_200'], { 'r-u-0': 200, 'r-u-7': 200, 'timing-1': 200 })
  expect(told).toMatchObject({ matched: 1, loggedUnknown: 1, logged: 2 })
})

test('what was answered and did not arrive is lost, and not unknown', async () => {
  const told = await books(['timeout', 'not_sent'], { 'r-u-0': 200 })
  expect(told).toMatchObject({ matched: 0, answeredUnlogged: 0, loggedUnknown: 0, lostButLogged: 1, logged: 1 })
})

test('the first id after the last that was planned is nobody’s', async () => {
  const told = await books(['http_200', 'http_200'], { 'r-u-0': 200, 'r-u-1': 200, 'r-u-2': 200 })
  expect(told).toMatchObject({ matched: 2, loggedUnknown: 1, logged: 3 })
})

test('of what did not arrive only the answered is lost on the way, and what never ended is in no book', async () => {
  const told = await books(['timeout', 'not_sent', 'reset'], { 'r-u-0': 200 })
  expect(told).toMatchObject({ matched: 0, answeredUnlogged: 0, lostButLogged: 1 })
  const open = { prefix: 'r-u', summary: summaryOf([undefined]) }
  const counts = await reconcile([open], new LogBook(() => undefined), quickClock())
  expect(counts).toMatchObject({ matched: 0, answeredUnlogged: 0, lostButLogged: 0 })
})

test('two loads have ids of their own, and each is counted', async () => {
  const logs = new LogBook(() => undefined)
  for (const id of ['r-u-0', 'r-p-0', 'r-s1-0']) logs.answered.set(id, 200)
  const ended = ['r-u', 'r-p'].map((prefix) => ({ prefix, summary: summaryOf(['http_200']) }))
  expect(await reconcile(ended, logs, quickClock())).toMatchObject({ matched: 2, loggedUnknown: 0, logged: 2 })
})

test('a line that comes a little later is waited for, and no longer than it takes', async () => {
  let asked = 0
  const answered = () => {
    asked += 1
    return new Map(asked < 3 ? [] : [['r-u-0', 200]])
  }
  const logs = Object.defineProperty(new LogBook(() => undefined), 'answered', { get: answered })
  const told = await reconcile([{ prefix: 'r-u', summary: summaryOf(['http_200']) }], logs, quickClock())
  expect(told).toMatchObject({ matched: 1, answeredUnlogged: 0 })
  expect(asked).toBe(3)
})
