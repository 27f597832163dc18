import { readFileSync } from 'node:fs'

/** Linux tells CPU times in hundredths of a second, whatever its own clock. */
const ticksPerS = 100

/** What other processes take of the machine meanwhile: a figure is worth little beside much of it. */
export class OtherWork {
  private readonly pids: readonly number[]
  private readonly fromMs = performance.now()
  private readonly fromS: number

  /** `pids`: of those whose work, and that of the children they have waited for, is not other work. */
  constructor(pids: readonly number[]) {
    this.pids = pids
    this.fromS = this.seconds()
  }

  /** Cores that were busy with it since, on average. */
  cores(): number {
    return Math.max(0, (this.seconds() - this.fromS) / ((performance.now() - this.fromMs) / 1_000))
  }

  private seconds(): number {
    return machineSeconds() - this.pids.reduce((sum, pid) => sum + processSeconds(pid), 0)
  }
}

function machineSeconds(): number {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [, user, nice, system, , , irq, softirq] = first.split(/\s+/).map(Number)
  return sumOf([user, nice, system, irq, softirq]) / ticksPerS
}

function processSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program may hold blanks; behind its bracket the 12th to 15th are its times and its children's.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return sumOf(fields.slice(11, 15).map(Number)) / ticksPerS
}

function sumOf(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((sum, one = 0) => sum + one, 0)
}
