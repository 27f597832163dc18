import { Command } from 'commander'
import { type Capacity, measureCapacity } from '../capacity.ts'
import { examine, type Finding, isUsable, row } from '../doctor/index.ts'
import { connectEngine } from '../engine/index.ts'
import { exitCodes, reasonOf } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { colorsFor, textTable } from '../reporters/index.ts'
import type { CommandIo } from './io.ts'

interface DoctorFlags {
  json?: boolean
  engineHost?: string
}

/**
 * `badgateway doctor`: what is there, what is missing, and what to do about it. Exit code 3 when a run cannot start.
 */
export function doctorCommand(io: CommandIo): Command {
  return new Command('doctor')
    .option('--json', 'print JSON')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .action(async ({ json, engineHost }: DoctorFlags) => {
      const allowed = engineHost === undefined ? {} : { allowHost: engineHost }
      const found = await examine({ env: io.env, nodeVersion: process.version, ...allowed })
      const usable = isUsable(found)
      // What lacks its images or its engine cannot be measured, and has something to do first.
      const measured = usable ? await measure(io, allowed) : undefined
      const findings = [...found, ...(measured?.findings ?? [])]
      const capacity = measured?.capacity ?? null
      const answer = { usable, findings, capacity }
      io.out(json ? `${inertJson(answer, 2)}\n` : told(findings, usable, io))
      io.setExit(usable ? exitCodes.pass : exitCodes.environment)
    })
}

interface Measured {
  findings: Finding[]
  capacity?: Capacity
}

/** What the machine can carry, as rows for people and as figures for programs. Never rejects. */
async function measure(io: CommandIo, options: { allowHost?: string }): Promise<Measured> {
  try {
    const capacity = await measureCapacity(await connectEngine(io.env, options))
    const { containerStartMs, execMs, scheduleLagP99Ms, stacksAtOnce, because } = capacity
    const speed = [
      `a container starts in ${Math.round(containerStartMs)} ms`,
      `a command in one takes ${Math.round(execMs)} ms`,
      `requests leave ${scheduleLagP99Ms.toFixed(1)} ms late at 200/s`,
    ]
    const findings = [
      row('speed', 'info', speed.join(', ')),
      row('stacks at once', 'info', `${stacksAtOnce}: ${because}`),
    ]
    return { findings, capacity }
  } catch (thrown) {
    return {
      findings: [row('stacks at once', 'warning', `not measured: ${reasonOf(thrown)}`, 'Is the engine healthy?')],
    }
  }
}

function told(findings: readonly Finding[], usable: boolean, io: CommandIo): string {
  const colors = colorsFor(io.color)
  const paint = { ok: colors.green, info: colors.cyan, warning: colors.yellow, missing: colors.red }
  const rows = findings.map(({ topic, condition, found, advice }) => {
    const text = advice === null || condition === 'ok' ? inert(found) : `${inert(found)}\n→ ${inert(advice)}`
    return [topic, { text: condition, paint: paint[condition] }, text]
  })
  const verdict = usable ? 'badgateway can run here.' : 'badgateway cannot run here yet: see what is missing.'
  return `${textTable(rows, { columns: io.columns })}\n\n${verdict}\n`
}
