import { type ContainerFacts, type Survey, type SurveyFacts, surveyOf } from '../../src/project/index.ts'

/** One service of somebody's project, as far as it matters. */
export type ServiceFacts = Partial<Omit<ContainerFacts, 'service' | 'networks'>> & {
  /** So many containers. */
  scale?: number
  networks?: Record<string, { address?: string; aliases?: string[] }>
}

export interface Stranger {
  services: Record<string, ServiceFacts>
  /** The configuration of each Nginx by its service: of the main file, or of all files by path. */
  nginx: Record<string, string | Record<string, string>>
  more?: Partial<SurveyFacts>
}

/** A running Nginx of the usual image. */
export const nginx: ServiceFacts = {
  image: 'nginx:1.27-alpine',
  mainProcess: ['nginx', '-g', 'daemon off;'],
  processes: ['nginx: master process nginx -g daemon off;', 'nginx: worker process'],
  published: [80],
  ports: [80],
}

export function factsOf({ services, nginx: files, more = {} }: Stranger): SurveyFacts {
  const containers = Object.entries(services).flatMap(([service, facts]) =>
    Array.from({ length: facts.scale ?? 1 }, (_, at) => containerOf(service, at + 1, facts)),
  )
  const proxies = Object.entries(files).map(([service, texts]) => {
    const main = '/etc/nginx/nginx.conf'
    const all = typeof texts === 'string' ? { [main]: texts } : texts
    return { service, main: Object.keys(all)[0] ?? main, files: new Map(Object.entries(all)) }
  })
  return { containers, proxies, compose: ['compose.yaml'], profiles: [], folder: '/home/me/shop', ...more }
}

function containerOf(service: string, number: number, facts: ServiceFacts): ContainerFacts {
  const { scale: _scale, networks = { default: {} }, ...own } = facts
  const id = `${service}-${number}`.padEnd(64, '0')
  return {
    service,
    number,
    id,
    name: `shop-${service}-${number}`,
    image: `shop-${service}`,
    mainProcess: ['node', 'server.js'],
    processes: [],
    env: {},
    ports: [],
    published: [],
    mounts: [],
    hostname: id.slice(0, 12),
    labels: {},
    ...own,
    networks: Object.entries(networks).map(([name, { address, aliases = [] }]) => ({
      name,
      ...(address === undefined ? {} : { address }),
      aliases: [service, ...aliases],
    })),
  }
}

export const surveyed = (stranger: Stranger): Survey => surveyOf(factsOf(stranger))

/** `http` around what stands in it. */
export const http = (text: string): string => `events {}\nhttp {\n${text}\n}\n`

/** A site with these locations and blocks. */
export const site = (locations: string, blocks = '', head = 'listen 80;'): string =>
  http(`${blocks}\nserver {\n${head}\n${locations}\n}`)
