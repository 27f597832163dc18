import type { ServiceSnapshot, StackSnapshot } from '../../src/kit/stack-snapshot.ts'

/** A service that nobody has touched. */
export function serviceSnapshot(name: string, role: string, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name,
    role,
    state: 'running',
    image: `sha256:${role.padEnd(12, '0')}`,
    program: role === 'proxy' ? 'nginx 1.26.3' : 'node 20.19.2',
    configuration: role === 'proxy' ? { hash: 'same', files: { '/etc/nginx/nginx.conf': ['events {', '}'] } } : null,
    serves: role === 'proxy' ? 'good' : null,
    behaviour: role === 'web' ? '{}' : null,
    memoryLimit: 256 * 2 ** 20,
    restart: 'no',
    env: { ROLE: 'aaa' },
    networks: ['internal'],
    ...change,
  }
}

/** A proxy, a web server, and the rules of one Prometheus. */
export function stackOf(change: { proxy?: object; web?: object; rules?: StackSnapshot['rules'] } = {}): StackSnapshot {
  return {
    services: [serviceSnapshot('proxy', 'proxy', change.proxy), serviceSnapshot('web-1', 'web', change.web)],
    rules: change.rules === undefined ? { 'alert NginxDown in nginx.yml': 'bbb' } : change.rules,
  }
}
