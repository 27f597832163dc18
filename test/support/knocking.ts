import type { Service } from '../../src/stack/types.ts'
import type { FakeStack } from './fake-stack.ts'

/** Lets whoever knocks from this service's container reach the living at port 8080; other commands go on as before. */
export function knocking(stack: FakeStack, from: string): void {
  const service = stack.service(from)
  const others = service.exec.bind(service)
  const exec: Service['exec'] = (argv, options) => {
    if (argv[0] !== 'timeout') return others(argv, options)
    const [host = '', port = ''] = argv.slice(-3)
    const well = port === '8080' && !stack.dead.has(host)
    return Promise.resolve(
      well ? { code: 0, output: 'HTTP/1.1 200 OK' } : { code: 7, output: 'connect: Connection refused' },
    )
  }
  Object.assign(service, { exec })
}
