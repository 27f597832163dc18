import { beforeEach, expect, test } from 'vitest'
import { executeUndo } from '../../../src/cleanup/undo.ts'
import { userFault } from '../../../src/faults/index.ts'
import { type CommandPlace, commandVars } from '../../../src/stack/user-command.ts'
import { fakeEngine } from '../../support/fake-engine.ts'
import { type FakeScene, fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'

const ours = { name: 'bg-r1', file: '/copies/bg-r1/compose.json' }
let place: CommandPlace
let scene: FakeScene
beforeEach(async () => {
  const cwd = await temporaryFolder('user-command')
  place = { cwd, withinMs: 30_000, hasSecrets: false, project: () => ours }
  scene = fakeScene()
})

const breaks = {
  name: 'flag',
  run: [['touch', 'flag']],
  undo: [['rm', '-f', 'flag']],
  witness: [['test', '-e', 'flag']],
}
const made = (more: Partial<typeof breaks> = {}) => {
  return userFault({ ...breaks, ...more }, place)
    .ready({ kind: 'flag' })
    .make()
}

test('a command breaks, its witness sees it, its undo was promised and takes it back', async () => {
  const { inject, witness } = made()
  expect(await witness.see(scene)).toMatchObject({ present: false, because: 'exit code 1' })
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force', because: 'exit code 0' })
  expect(await witness.see(scene)).toMatchObject({ present: true })
  const [{ undo } = expect.unreachable()] = scene.promised
  expect(undo).toMatchObject({ verb: 'run', argv: breaks.undo[0], cwd: place.cwd })
  await using engine = await fakeEngine().then((one) => ({ ...one, [Symbol.asyncDispose]: () => one.close() }))
  const told = await executeUndo(engine.docker, undo, { runId: 'r1', withinMs: 1, isPromised: true })
  expect(told.ok).toBe(true)
  expect(await witness.see(scene)).toMatchObject({ present: false })
})

test('it is promised before it is run, also when it then fails', async () => {
  const order: string[] = []
  const heard = { ...scene, registerUndo: () => Promise.resolve(void order.push('promised')) }
  const { outcome, because } = await made({ run: [['sh', '-c', 'echo no such flag >&2; exit 4']] }).inject(heard)
  expect([order, outcome, because]).toEqual([['promised'], 'rejected', 'exit code 4: no such flag'])
  const refused = { ...scene, registerUndo: () => Promise.reject(new Error('nobody keeps it')) }
  await expect(made().inject(refused)).rejects.toThrow('nobody keeps it')
  expect(await made().witness.see(scene)).toMatchObject({ present: false })
})

test('a witness that cannot look is none', async () => {
  await expect(made({ witness: [['no-such-program']] }).witness.see(scene)).rejects.toThrow('exit code 127')
})

test('commands know the stack by their environment', () => {
  const [first] = scene.stack.services
  expect(commandVars(scene.stack, place)).toMatchObject({
    BADGATEWAY_PROJECT: 'bg-r1',
    COMPOSE_PROJECT_NAME: 'bg-r1',
    COMPOSE_FILE: '/copies/bg-r1/compose.json',
    BADGATEWAY_URL: scene.stack.entry,
    [`BADGATEWAY_CONTAINER_${first?.name.toUpperCase().replace('-', '_')}`]: first?.containerId,
  })
})

test('several are run in their order, up to the first that fails, and so are undos', async () => {
  const several = {
    run: [
      ['touch', 'flag'],
      ['sh', '-c', 'echo second; exit 3'],
      ['touch', 'never'],
    ],
    undo: [
      ['rm', '-f', 'flag'],
      ['rm', '-f', 'other'],
    ],
  }
  const { inject, witness } = made(several)
  expect(await inject(scene)).toMatchObject({ outcome: 'rejected', because: 'exit code 3: second' })
  expect(await witness.see(scene)).toMatchObject({ present: true })
  expect(
    await made({
      witness: [
        ['test', '-e', 'flag'],
        ['test', '-e', 'never'],
      ],
    }).witness.see(scene),
  ).toMatchObject({
    present: false,
  })
  // What is promised last is undone first.
  expect(scene.promised.map(({ undo }) => undo.verb === 'run' && undo.argv.at(-1))).toEqual(['other', 'flag'])
})
