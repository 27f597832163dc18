import { Writable } from 'node:stream'
import type Dockerode from 'dockerode'

/** One way to spoil a run while it is on. */
export interface LiveSabotage {
  readonly name: string
  /** One line of one source, changed as the harness reads it: `from` becomes `to`. */
  readonly patch?: { readonly file: string; readonly from: string; readonly to: string }
  /** More arguments of the command. */
  readonly args?: readonly string[]
  /** Somebody else's hand, once the story is under way. `of` gives a container of the stack by its service. */
  readonly hand?: (world: World) => Promise<unknown>
}

export interface World {
  docker: Dockerode
  of: (service: string) => Dockerode.Container
  /** Process id of the harness. */
  harness: number
  sleep: (ms: number) => Promise<void>
}

async function exec(container: Dockerode.Container, ...argv: string[]): Promise<void> {
  const started = await container.exec({ Cmd: argv, AttachStdout: true, AttachStderr: true })
  const stream = await started.start({})
  stream.pipe(new Writable({ write: (_chunk, _encoding, done) => done() }))
  await new Promise((resolve) => stream.once('end', resolve).once('error', resolve))
  const { ExitCode: code } = await started.inspect()
  // What was not found in the image has spoilt nothing.
  if (code === 126 || code === 127) throw new Error(`${argv.join(' ')}: exit code ${code}`)
}

/** The database is no part of the story of `wrong-upstream-port`, and `api-1` is restarted only at its third step. */
const hands: readonly LiveSabotage[] = [
  { name: 'a server restarted by somebody else', hand: ({ of }) => of('database').restart({ t: 1 }) },
  {
    name: 'a server killed and started by somebody else',
    hand: async ({ of }) => {
      await of('api-1').kill()
      await of('api-1').start()
    },
  },
  {
    name: 'a server paused for two seconds',
    hand: async ({ of, sleep }) => {
      await of('api-1').pause()
      await sleep(2_000)
      await of('api-1').unpause()
    },
  },
  { name: 'a server stopped', hand: ({ of }) => of('api-1').stop({ t: 1 }) },
  { name: 'a memory limit changed', hand: ({ of }) => of('api-1').update({ Memory: 2 ** 29, MemorySwap: 2 ** 29 }) },
  { name: 'a container renamed', hand: ({ of }) => of('database').rename({ name: `badgateway-hunt-${Date.now()}` }) },
  {
    name: 'a container taken off its network',
    hand: async ({ docker, of }) => {
      const { NetworkSettings } = await of('api-1').inspect()
      const [name = ''] = Object.keys(NetworkSettings.Networks)
      await docker.getNetwork(name).disconnect({ Container: of('api-1').id, Force: true })
    },
  },
  { name: 'a container removed', hand: ({ of }) => of('api-1').remove({ force: true }) },
  {
    name: 'the program of a server ended from inside',
    hand: ({ of }) => exec(of('api-1'), 'bash', '-c', 'kill -TERM 1'),
  },
  { name: 'the monitoring paused', hand: ({ of }) => of('monitoring').pause() },
  { name: 'the monitoring restarted', hand: ({ of }) => of('monitoring').restart({ t: 1 }) },
  {
    name: 'the generator held up by SIGSTOP for eight seconds',
    hand: async ({ harness, sleep }) => {
      process.kill(harness, 'SIGSTOP')
      await sleep(8_000)
      process.kill(harness, 'SIGCONT')
    },
  },
  {
    name: 'the fault corrected by somebody else',
    hand: ({ of }) =>
      exec(
        of('proxy'),
        'bash',
        '-c',
        'sed -i "s/:[0-9]* /:8080 /; s/:[0-9]*;/:8080;/" /etc/nginx/conf.d/upstreams.conf && nginx -s reload',
      ),
  },
]

const patches: readonly LiveSabotage[] = [
  { name: 'a fault that is disarmed', args: ['--disarm'] },
  {
    name: 'a reload that succeeds and keeps the old configuration',
    patch: {
      file: 'stack/service.ts',
      from: 'signal: async (signal) => {',
      to: "signal: async (signal) => {\n      if (signal === 'HUP') return",
    },
  },
  {
    name: 'a fault that says it is there',
    patch: {
      file: 'run/story.ts',
      from: ': await active.fault.inject(scene, { onLive })',
      to: ": ({ outcome: 'in-force', because: 'trust me', acts: [], evidence: {} } as const)",
    },
  },
  {
    name: 'a remedy that does nothing and says that it did',
    patch: {
      file: 'run/story.ts',
      from: 'const outcome = await ready.make().apply(stage.scene)',
      to: "const outcome = { ok: true, changed: true, because: 'trust me', evidence: {} }",
    },
  },
  {
    name: 'an undo that lies',
    patch: {
      file: 'cleanup/undo.ts',
      from: "if (undo.verb === 'write-files') return",
      to: "if (undo.verb === 'write-files') return 'done'\n  if (undo.verb === 'write-files') return",
    },
  },
  {
    name: 'an undo that is never done',
    patch: {
      file: 'cleanup/undo-stack.ts',
      from: 'await inOrder(promises(), async',
      to: 'await inOrder([], async',
    },
  },
  {
    name: 'no undo promised',
    patch: {
      file: 'cleanup/undo-stack.ts',
      from: 'const checked = undoSchema.safeParse(undo)',
      to: 'if (Date.now() > 0) return\n    const checked = undoSchema.safeParse(undo)',
    },
  },
  {
    name: 'the load cut after eight seconds',
    patch: {
      file: 'load/users/users.ts',
      from: 'while (this.nextMs <= now && this.nextMs < this.untilMs && !this.held) {',
      to: 'while (now < 8_000 && this.nextMs <= now && this.nextMs < this.untilMs && !this.held) {',
    },
  },
  {
    name: 'half the load',
    patch: {
      file: 'load/users/users-worker.ts',
      from: 'new Users(setup, books)',
      to: 'new Users({ ...setup, spec: { ...setup.spec, ratePerS: setup.spec.ratePerS / 2 } }, books)',
    },
  },
  {
    name: 'the clock stepped by two seconds',
    patch: {
      file: 'kit/clock.ts',
      from: 'wall: () => Date.now(),',
      to: 'wall: () => Date.now() + (performance.now() > 12_000 ? 2_000 : 0),',
    },
  },
  {
    name: 'deliveries that are not heard',
    patch: {
      file: 'watch/alerts.ts',
      from: 'for await (const event of agent.events(0, signal)) {',
      to: 'for await (const event of agent.events(0, signal)) {\n if (performance.now() > 12e3) throw new Error()',
    },
  },
  {
    name: 'a log book that loses every second line',
    patch: {
      file: 'watch/logbook.ts',
      from: 'const access = parseAccessLine(line.text)',
      to: 'if (Math.floor(line.wallMs) % 2 === 0) return true\n    const access = parseAccessLine(line.text)',
    },
  },
  {
    name: 'a witness that is blind',
    patch: {
      file: 'run/stage.ts',
      from: 'const look = () => fault.witness.see(stage.scene)',
      to: "const look = async () => { if (moment === 'after') throw 1; return await fault.witness.see(stage.scene) }",
    },
  },
  {
    name: 'samples that say that all was served',
    patch: {
      file: 'run/loads.ts',
      from: "kind: 'load-sample',\n    ...rest,",
      to: "kind: 'load-sample',\n    ...rest,\n    ledger: { http_200: rest.planned },",
    },
  },
]

/** Every way to spoil a run that is on. None of them may pass. */
export const liveSabotages: readonly LiveSabotage[] = [...hands, ...patches]
