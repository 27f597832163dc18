import { expect, test } from 'vitest'
import { undo } from '../../../src/kit/undo.ts'

const container = 'ab12'.repeat(16)

test('the verbs are read back as they were written', () => {
  const promised = { verb: 'write-files', container, files: [{ path: '/etc/x.conf', content: null }], signal: 'HUP' }
  expect(undo.parse(promised)).toEqual(promised)
})

test.each([
  { verb: 'rm -rf', container },
  { verb: 'remove-container', container: '../../etc' },
  { verb: 'remove-container', container, also: 'this' },
  { verb: 'write-files', container, files: [], signal: null },
  { verb: 'write-files', container, files: [{ path: 'etc/x', content: null }], signal: null },
  { verb: 'write-files', container, files: [{ path: '/etc/$(id)', content: null }], signal: null },
  { verb: 'write-files', container, files: [{ path: '/etc/x', content: 'not base64!' }], signal: null },
  { verb: 'write-files', container, files: [{ path: '/etc/x', content: null }], signal: 'KILL' },
  { verb: 'remove-volume', volume: 'somebody-elses' },
])('%o is refused', (wrong) => expect(undo.safeParse(wrong).success).toBe(false))
