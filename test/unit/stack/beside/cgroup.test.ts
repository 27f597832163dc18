import { expect, test } from 'vitest'
import { cgroupOf, cpuLimitIn, cpuMsIn, memoryIn } from '../../../../src/stack/beside/cgroup.ts'

const v1 = `/proc/1/root/sys/fs/cgroup/memory/memory.usage_in_bytes:29548544
/proc/1/root/sys/fs/cgroup/memory/memory.oom_control:oom_kill_disable 0
/proc/1/root/sys/fs/cgroup/memory/memory.oom_control:under_oom 0
/proc/1/root/sys/fs/cgroup/memory/memory.oom_control:oom_kill 1
`
const v2 = `/proc/1/root/sys/fs/cgroup/memory.current:30000000
/proc/1/root/sys/fs/cgroup/memory.events:low 0
/proc/1/root/sys/fs/cgroup/memory.events:max 12
/proc/1/root/sys/fs/cgroup/memory.events:oom 3
/proc/1/root/sys/fs/cgroup/memory.events:oom_kill 2
/proc/1/root/sys/fs/cgroup/memory.events:oom_group_kill 0
`

test.each([
  ['version 1', v1, { usedBytes: 29_548_544, oomKills: 1 }],
  ['version 2', v2, { usedBytes: 30_000_000, oomKills: 2 }],
  ['neither', '', { usedBytes: null, oomKills: null }],
])('%s', (_, output, expected) => {
  expect(memoryIn(output)).toEqual(expected)
})

const at = '/proc/1/root/sys/fs/cgroup'

test.each([
  [`${at}/cpu.stat:usage_usec 1500\n${at}/cpu.stat:user_usec 9\n`, 1.5],
  [`${at}/cpuacct/cpuacct.usage:2500000\n`, 2.5],
  ['', undefined],
])('CPU time in %j is %j ms', (output, ms) => {
  expect(cpuMsIn(output)).toBe(ms)
})

test.each([
  [`${at}/cpu.max:150000 100000\n`, 1.5],
  [`${at}/cpu.max:max 100000\n`, null],
  [`${at}/cpu/cpu.cfs_quota_us:50000\n${at}/cpu/cpu.cfs_period_us:100000\n`, 0.5],
  [`${at}/cpu/cpu.cfs_quota_us:-1\n${at}/cpu/cpu.cfs_period_us:100000\n`, null],
  ['', null],
])('the limit in %j is %j cores', (output, cores) => {
  expect(cpuLimitIn(output)).toBe(cores)
})

test('it is read from beside the container, and a kernel that does not tell is said', async () => {
  const asked: (readonly string[])[] = []
  const exec = (argv: readonly string[]) => {
    asked.push(argv)
    return Promise.resolve({ code: 2, output: argv.some((one) => one.endsWith('cpu.max')) ? `${at}/cpu.max:1 2` : '' })
  }
  const cgroup = cgroupOf('web-1', { exec })
  expect(await cgroup.cpuLimit()).toBe(0.5)
  expect(await cgroup.memory()).toEqual({ usedBytes: null, oomKills: null })
  await expect(cgroup.cpuMs()).rejects.toThrow('web-1 tells no CPU time')
  expect(
    asked
      .flat()
      .filter((one) => one.includes('/sys/'))
      .every((path) => path.startsWith(`${at}/`)),
  ).toBe(true)
})
