import type { Inspected } from './recreate.ts'

type Published = Pick<Inspected, 'HostConfig' | 'NetworkSettings'>

/** Would the engine choose another port for this site at the container's next start? Pure. */
export function siteMoves({ HostConfig: host, NetworkSettings: settings }: Published, entry: string): boolean {
  const { port } = new URL(entry)
  return Object.entries(settings.Ports).some(([inside, bindings]) => {
    const asked: { HostPort?: string }[] = host.PortBindings?.[inside] ?? []
    return bindings?.some(({ HostPort }) => HostPort === port) && asked.every(({ HostPort = '' }) => +HostPort === 0)
  })
}

/** Where a site that listens at this port inside can be asked on this machine; undefined: nowhere. Pure. */
export function siteOf(
  { NetworkSettings: settings }: Pick<Inspected, 'NetworkSettings'>,
  { scheme, port }: { scheme: string; port: number },
): string | undefined {
  const here = ['', '0.0.0.0', '127.0.0.1']
  const found = settings.Ports[`${port}/tcp`]?.find(({ HostIp = '' }) => here.includes(HostIp))
  return found && `${scheme}://127.0.0.1:${found.HostPort}`
}
