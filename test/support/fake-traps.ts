import type { Undo } from '../../src/kit/undo.ts'
import type { FakeProxy } from './fake-proxy.ts'

/** What a proxy answers and logs of a request: by the mistake in its configuration, if there is one that we know. */
export function loggedBy(
  proxy: FakeProxy | undefined,
  { id, role, status }: { id: string; role: string; status: number },
): { status: number; line: string } {
  const text = (name: string) => proxy?.disk.get(`/etc/nginx/conf.d/${name}.conf`)?.toString() ?? ''
  const well = { addr: '10.0.0.1:8080', connect: '0.001', header: status === 200 ? '0.001' : '-' }
  const traps = [
    { met: text('site').includes('proxy_buffer_size 128;'), addr: '10.0.0.1:8080', connect: '0.001', header: '' },
    { met: text('site').includes('$backend:'), addr: '', connect: '', header: '' },
    { met: new RegExp(` ${role}-\\d+:\\d+[^;]* down;`).test(text('upstreams')), addr: 'web', connect: '', header: '' },
  ]
  const trap = traps.find(({ met }) => met)
  const { addr, connect, header } = trap ?? well
  const told = trap ? 502 : status
  const upstream = { upstream_addr: addr, upstream_status: addr && String(told), upstream_connect_time: connect }
  const times = { time: 0.001, upstream_header_time: header, upstream_response_time: '0.001' }
  return {
    status: told,
    line: JSON.stringify({ t: 1, id, method: 'GET', path: '/', status: told, ...times, ...upstream }),
  }
}

/** False: it is no undo of a proxy's files. */
export function undoFiles(undo: Undo, proxy: FakeProxy | undefined): boolean {
  if (undo.verb !== 'write-files') return false
  for (const { path, content } of undo.files) {
    if (content === null) proxy?.disk.delete(path)
    else proxy?.disk.set(path, Buffer.from(content, 'base64'))
  }
  proxy?.load()
  return true
}
