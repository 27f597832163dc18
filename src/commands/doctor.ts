import { Command } from 'commander'
import { exitCodes } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import type { Finding } from '../stack/doctor-findings.ts'
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
    .description('say what this machine has and lacks for a run, and what to do about it')
    .option('--json', 'print JSON')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .action(async ({ json, engineHost }: DoctorFlags) => {
      const { examine, isUsable } = await import('../stack/doctor.ts')
      const findings = await examine({
        env: io.env,
        nodeVersion: process.version,
        ...(engineHost === undefined ? {} : { allowHost: engineHost }),
      })
      const usable = isUsable(findings)
      io.out(json ? `${inertJson({ usable, findings }, 2)}\n` : await told(findings, usable, io))
      io.setExit(usable ? exitCodes.pass : exitCodes.environment)
    })
}

async function told(findings: readonly Finding[], usable: boolean, io: CommandIo): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const { createColors } = (await import('picocolors')).default
  const colors = createColors(io.color)
  const paint = { ok: colors.green, info: colors.cyan, warning: colors.yellow, missing: colors.red }
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' }
  const sides = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '' }
  const table = new Table({
    chars: { ...none, ...sides, 'right-mid': '', middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: [15, 9, Math.max(40, Math.min(io.columns, 120) - 28)],
    wordWrap: true,
  })
  for (const { topic, condition, found, advice } of findings) {
    const text = advice === null || condition === 'ok' ? inert(found) : `${inert(found)}\n→ ${inert(advice)}`
    table.push([topic, paint[condition](condition), text])
  }
  const verdict = usable ? 'badgateway can run here.' : 'badgateway cannot run here yet: see what is missing.'
  return `${table.toString().replaceAll(/ +$/gm, '')}\n\n${verdict}\n`
}
