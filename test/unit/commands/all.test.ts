import { expect, test } from 'vitest'
import { commands, commandsFor } from '../../../src/commands/all.ts'
import type { CommandIo } from '../../../src/commands/io.ts'

const io = {} as CommandIo

test.each(commands)('$name is what the help says of it', async ({ name, usage, load }) => {
  const command = (await load())(io)
  expect(command.name()).toBe(name)
  expect(command.usage()).toBe(usage)
})

test('the command that is named has its options, also behind help, and the others have none', async () => {
  for (const argv of [
    ['judge', 'x'],
    ['help', 'judge'],
    ['--', 'judge'],
  ]) {
    const withOptions = (await commandsFor(argv, io)).filter(({ options }) => options.length > 0)
    expect(withOptions.map((command) => command.name())).toEqual(['judge'])
  }
  const all = await commandsFor(['--help'], io)
  expect(all.map((command) => command.name())).toEqual(commands.map(({ name }) => name))
  expect(all.every((command) => command.description() !== '')).toBe(true)
})
