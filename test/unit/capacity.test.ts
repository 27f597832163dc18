import { expect, test } from 'vitest'
import { capacityOf, type MachineFigures } from '../../src/capacity.ts'

const gibibyte = 1024 ** 3
const quiet: MachineFigures = {
  containerStartMs: 420,
  execMs: 90,
  scheduleLagP99Ms: 1.4,
  cores: 2,
  cpuBusy: 0.04,
  memoryBytes: 12 * gibibyte,
}

test.each<[string, Partial<MachineFigures>, number, RegExp]>([
  ['two quiet cores carry two', {}, 2, /1\.9 of 2 cores/],
  ['one core carries one', { cores: 1 }, 1, /1\.0 of 1 cores/],
  ['with eight cores it is the memory', { cores: 8, memoryBytes: 5 * gibibyte }, 3, /5\.0 GiB/],
  ['two busy loops beside it leave room for one', { cpuBusy: 1 }, 1, /0\.0 of 2 cores/],
  ['never less than one: the run itself will say that it had no room', { memoryBytes: gibibyte }, 1, /1\.0 GiB/],
  ['slow containers', { cores: 8, containerStartMs: 2_100 }, 1, /container takes 2100 ms/],
  ['slow commands', { cores: 8, execMs: 800 }, 1, /command in a container takes 800 ms/],
  ['late requests', { cores: 8, scheduleLagP99Ms: 60 }, 1, /60 ms late/],
])('%s', (_, figures, stacksAtOnce, because) => {
  expect(capacityOf({ ...quiet, ...figures })).toMatchObject({
    stacksAtOnce,
    because: expect.stringMatching(because),
  })
})
