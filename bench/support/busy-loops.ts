import { spawn } from 'node:child_process'

/** Ends by itself when whoever started it is gone, however that went. */
const loop = 'const own = process.ppid; while (process.ppid === own);'

/** Does something while so many processes beside it do nothing but burn a core each. */
export async function besideBusyLoops<T>(many: number, work: () => Promise<T>): Promise<T> {
  const loops = Array.from({ length: many }, () => spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }))
  const end = () => {
    for (const one of loops) one.kill('SIGKILL')
  }
  process.once('exit', end)
  try {
    return await work()
  } finally {
    process.off('exit', end)
    end()
  }
}
