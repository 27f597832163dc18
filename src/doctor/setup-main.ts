/**
 * The program behind docker/setup: finds the engine and makes the images. Options: `--may-install` ends with a wish for
 * docker/setup where something could be installed, `--engine-within S` waits that many seconds for the engine,
 * `--ends-with PID` ends when that process, which started this one, has ended: nobody waits for images any more then.
 */
import { existsSync } from 'node:fs'
import { connectEngine, type Engine, isNobodyThere } from '../engine/index.ts'
import { ensureImages, missingTool } from '../images/index.ts'
import { asBadgatewayError, BadgatewayError, exitCodes } from '../kit/errors.ts'
import { inert, inertLines } from '../kit/inert.ts'

/** What docker/setup is asked to do before it calls again. */
const wishes = { engine: 10, mmdebstrap: 11 } as const

const pauseMs = 200
const lookMs = 500

function mayInstall(): boolean {
  return process.argv.includes('--may-install') && process.getuid?.() === 0 && existsSync('/etc/debian_version')
}

function numberAfter(option: string): number {
  const index = process.argv.indexOf(option)
  return index < 0 ? 0 : Number(process.argv[index + 1])
}

const engineWithinMs = () => numberAfter('--engine-within') * 1000

/** What this one has started, the engine's builds and programs of its own, ends with it. */
function endWithParent(): void {
  const parent = numberAfter('--ends-with')
  if (parent === 0) return
  const look = () => {
    if (process.ppid !== parent) process.exit(exitCodes.environment)
  }
  look()
  setInterval(look, lookMs).unref()
}

async function engineInTime(): Promise<Engine> {
  const begun = performance.now()
  for (;;) {
    try {
      const engine = await connectEngine(process.env)
      if (engineWithinMs() > 0) say(`the engine answers (Docker ${engine.info.version})`, performance.now() - begun)
      return engine
    } catch (thrown) {
      const absent = thrown instanceof BadgatewayError && thrown.code === 'ENGINE_UNREACHABLE'
      if (!absent || performance.now() - begun > engineWithinMs()) throw thrown
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

function say(text: string, ms?: number): void {
  process.stdout.write(
    inertLines(`setup: ${inert(text)}${ms === undefined ? '' : ` in ${(ms / 1000).toFixed(1)} s`}\n`),
  )
}

async function main(): Promise<number> {
  const begun = performance.now()
  let steps = 0
  try {
    const { docker } = await engineInTime()
    await ensureImages(docker, {
      onStep: (text, ms) => {
        steps += 1
        say(text, ms)
      },
    })
    if (steps > 0) say('images ready', performance.now() - begun)
    return 0
  } catch (thrown) {
    if (mayInstall() && isNobodyThere(thrown) && engineWithinMs() === 0) return wishes.engine
    if (mayInstall() && thrown instanceof BadgatewayError && thrown.cause === missingTool) return wishes.mmdebstrap
    const { message, hint, exitCode } = asBadgatewayError(thrown)
    process.stderr.write(inertLines(`setup: ${inert(message)}. ${inert(hint)}\n`))
    return exitCode
  }
}

endWithParent()
process.exitCode = await main()
