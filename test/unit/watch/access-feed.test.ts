import { expect, test } from 'vitest'
import { AccessFeed } from '../../../src/watch/access-feed.ts'

function feeding(push: (lines: readonly string[]) => Promise<void>) {
  const lost: string[] = []
  return { lost, feed: new AccessFeed({ push, onLost: (reason) => lost.push(reason) }) }
}

test('lines are pushed in their order, no more at once than the agent reads', async () => {
  const pushed: (readonly string[])[] = []
  const { feed } = feeding((lines) => Promise.resolve(void pushed.push(lines)))
  const long = 'x'.repeat(200_000)
  for (const line of ['first', long, long, 'last']) feed.take(line)
  await feed.send()
  await feed.send()
  expect(pushed.map((lines) => lines.map((line) => line.length))).toEqual([
    [5, 200_000],
    [200_000, 4],
  ])
})

test('one call is under way at a time', async () => {
  const ends: (() => void)[] = []
  const { feed } = feeding(() => new Promise((resolve) => ends.push(resolve)))
  feed.take('a')
  const first = feed.send()
  feed.take('b')
  await feed.send()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await expect.poll(() => ends.length).toBe(2)
  ends[1]?.()
  await first
})

test('that lines are lost is told once, and the next are pushed', async () => {
  const pushed: string[] = []
  const { feed, lost } = feeding((lines) => {
    pushed.push(...lines)
    return pushed.includes('good') ? Promise.resolve() : Promise.reject(new Error('gone'))
  })
  for (const line of ['one', 'two', 'good']) {
    feed.take(line)
    await feed.send()
  }
  expect({ pushed, lost }).toEqual({ pushed: ['one', 'two', 'good'], lost: ['gone'] })
})
