import type { FakeStack } from './fake-stack.ts'

/** Packet filters around the services of a fake stack, as iptables lists and empties them. */
export function fakeFirewall(stack: FakeStack, rules: Record<string, string[]>, stuck: readonly string[] = []) {
  const filters = new Map(Object.entries(rules))
  const left: string[] = []
  stack.beside = (name) => {
    left.push(name)
    return Promise.resolve({
      containerId: 'd'.repeat(12),
      exec: (argv) => {
        const [, , verb = ''] = argv
        if (verb === '-F' && !stuck.includes(name)) filters.delete(name)
        if (verb !== '-S') return Promise.resolve({ code: 0, output: '' })
        const lines = ['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT', ...(filters.get(name) ?? [])]
        return Promise.resolve({ code: 0, output: `${lines.join('\n')}\n` })
      },
      remove: () => Promise.resolve(void left.splice(left.indexOf(name), 1)),
    })
  }
  return { filters, left }
}
