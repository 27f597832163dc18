import { spawn } from 'node:child_process'

/** Does something while so many processes beside it do nothing but burn a core each. */
export async function besideBusyLoops<T>(many: number, work: () => Promise<T>): Promise<T> {
  const loops = Array.from({ length: many }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  const end = () => {
    for (const loop of loops) loop.kill('SIGKILL')
  }
  process.once('exit', end)
  try {
    return await work()
  } finally {
    process.off('exit', end)
    end()
  }
}
