import { expect, test } from 'vitest'
import { refusingUrl, serve } from '../../../../bench/support/servers.ts'
import { aheadOf, openAhead } from '../../../../src/load/users/open-ahead.ts'
import { dialerOf } from '../../../../src/load/wire/dial.ts'
import { Lane } from '../../../../src/load/wire/lane.ts'

const unheard = () => expect.unreachable('no request has left')
const owner = { ended: unheard, troubled: unheard, repeated: unheard, odd: unheard }
const laneTo = (target: string) => {
  const dial = dialerOf({ target })
  return () => new Lane(owner, dial, false)
}

test.each([
  [{ ratePerS: 999, maxOpen: 2_000 }, 1, 1, 0],
  [{ ratePerS: 1_000, maxOpen: 2_000 }, 1, 1, 4],
  [{ ratePerS: 70_000, maxOpen: 20_000 }, 2, 1, 140],
  [{ ratePerS: 70_000, maxOpen: 20_000 }, 2, 3, 47],
  [{ ratePerS: 70_000, maxOpen: 10 }, 2, 1, 5],
])('of %j, %i threads and %i targets each opens %i', (spec, threads, targets, wanted) => {
  expect(aheadOf(spec, threads, targets)).toBe(wanted)
})

test('connections are ready before a request, and the server hears none', async () => {
  await using server = await serve((socket) => void socket.end())
  const lanes = await openAhead(19, laneTo(server.url))
  await expect.poll(() => server.connections).toBe(19)
  expect([lanes.length, server.heard]).toEqual([19, []])
  for (const lane of lanes) lane.close()
})

test('a target that takes no connection is asked for no more, and is charged with nothing', async () => {
  expect(await openAhead(100, laneTo(await refusingUrl()))).toEqual([])
})
