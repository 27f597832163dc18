import { expect, test } from 'vitest'
import { memoryReading } from '../../../../src/stack/inside/memory.ts'

const v1 = `/sys/fs/cgroup/memory/memory.usage_in_bytes:29548544
/sys/fs/cgroup/memory/memory.oom_control:oom_kill_disable 0
/sys/fs/cgroup/memory/memory.oom_control:under_oom 0
/sys/fs/cgroup/memory/memory.oom_control:oom_kill 1
`
const v2 = `/sys/fs/cgroup/memory.current:30000000
/sys/fs/cgroup/memory.events:low 0
/sys/fs/cgroup/memory.events:max 12
/sys/fs/cgroup/memory.events:oom 3
/sys/fs/cgroup/memory.events:oom_kill 2
/sys/fs/cgroup/memory.events:oom_group_kill 0
`

test.each([
  ['version 1', v1, { usedBytes: 29_548_544, oomKills: 1 }],
  ['version 2', v2, { usedBytes: 30_000_000, oomKills: 2 }],
  ['neither', '', { usedBytes: null, oomKills: null }],
])('%s', (_, output, expected) => {
  expect(memoryReading(output)).toEqual(expected)
})
