import type { Json } from '../../kit/json.ts'
import type { OwnLog } from '../../nginx/index.ts'
import type { ServiceDefinition } from './definition.ts'

/** Where the proxy's configuration lies, and where it serves. */
export interface ProxyDescription {
  service: string
  /** Port of the site. */
  port: number
  /** The main file, `/etc/nginx/nginx.conf`. */
  config: string
  /** Its Nginx, and where that looks for its files, as argv; default: `nginx`. */
  program?: readonly [string, ...string[]]
  /** Sent as `Host` by whoever asks the site from inside; default: the name of the service. */
  host?: string
  /** How the site is asked; default: `http`. */
  scheme?: 'http' | 'https'
  /** Folders beside it: each file that lies in one belongs to the configuration. */
  folders: readonly string[]
  /** One of these folders whose files others provide; absent: all are the proxy's own. */
  shared?: string
}

/** One real request, and what is sent with it. */
export interface Question {
  path: string
  method?: 'POST'
  headers?: Record<string, string>
  body?: Json
}

/** Servers that stand in for each other: an `upstream` block of this name in the proxy's configuration. */
export interface UpstreamDescription {
  /** Names of the services that belong to it from the start. */
  servers: readonly string[]
  /** Where each of them serves. */
  port: number
  /** What the proxy speaks to them: `https`, `fastcgi` …; default: `http`. */
  protocol?: string
  /** Path that answers 200 while a server is well. */
  health: string
  /** Nobody has named that path: whether it answers 200 is not known. */
  isHealthGuessed?: true
  /** Path that the proxy can answer only with a server of this group. */
  page: string
  /** Sent as `Host` with that page; default: the proxy's. */
  host?: string
  /** The location of the proxy's site that leads here; default: `/`. */
  location?: string
  /** Path that answers 503 while a server has not found its database; absent: it needs none. */
  database?: string
  /** What is asked beside the page where a release is tried and nobody is a customer. */
  trial?: readonly Question[]
}

/** A database that can be asked whether it is well. */
export interface DatabaseDescription {
  service: string
  /** A program in its own image that asks it, as argv. It prints one number a line. */
  ask: readonly string[]
  /** What each of these numbers counts: name in the evidence, and in words. */
  figures: Readonly<Record<string, string>>
}

/** Where a monitor of theirs answers, and as whom it is asked. */
export interface MonitorPlace {
  readonly service: string
  /** By which name it is found inside; default: that of its service. */
  readonly host?: string
  readonly port: number
  /** Before each path of its own: `/prometheus`. */
  readonly prefix?: string
  /** It is spoken to by TLS, and whatever certificate it shows is taken. */
  readonly isSecure?: true
  /** Sent as this header; shown nowhere. */
  readonly authorization?: string
}

/** What somebody watches his stack with himself: it is asked, and nothing in it is changed. */
export interface TheirMonitoring {
  readonly prometheus: MonitorPlace
  /** Absent: whom an alert reaches is not known. */
  readonly alertmanager?: MonitorPlace
}

/** Prometheus, and what it knows of the stack. */
export interface MonitoringDescription {
  service: string
  /** By which name it is found inside; default: that of its service. */
  host?: string
  /** Port of Prometheus. */
  prometheus: number
  /** Folder in the service that the rule files are put into. */
  rules: string
  /** Of one of ours beside a stranger's stack: whom it asks past the proxy, too. Absent: only the site. */
  probes?: readonly ('servers' | 'dependencies')[]
  /** It is their own; absent: it is one of ours. */
  theirs?: TheirMonitoring
  /** Series by what they tell; absent: nobody measures it. */
  metrics: {
    /** Requests at the proxy, by `status`. */
    requests?: string
    /** Histogram of the seconds that each takes. */
    seconds?: string
    /** Release that each server says it runs, by `name`, `role` and `release`. */
    release?: string
  }
  /** The scrape job of the servers, and the file that names them; absent: servers that join are not watched. */
  servers?: { job: string; file: string; fit(text: string, counts: Readonly<Record<string, number>>): string }
}

/** What a stack can do that not every stack can. Each is absent unless the description says how. */
export interface Capabilities {
  /**
   * The servers are of the kind that `docker/backend` makes: they do what they are told on this port, and take settings
   * as its README says. Their program as argv, and the one that can be put before it to outlive it.
   */
  scriptable?: { port: number; program: readonly string[]; supervisor: string }
  /** Each server runs below a program of this name that outlives it. */
  supervised?: { program: string }
  /**
   * The configuration of each proxy, whose main file is among its `files`, is instrumented as it is written: on this
   * port workers say which release of it they have read, and their counters.
   */
  instrumented?: {
    port: number
    /** Where what it says can be heard; default: `/dev/stdout`. */
    output?: string
    /** Where its Nginx logs by itself (`--http-log-path`); default: as in Debian. */
    defaultLog?: string
    /** Whether its Nginx has `stub_status`; default: true. */
    hasStubStatus?: boolean
    /** Nobody hears what it says there; default: it is heard. */
    isUnheard?: boolean
  }
  /** A file that an instrumented proxy writes its access log to, as lines of JSON (`kit/access-line`). */
  logged?: { file: string }
  /** The servers' program comes in releases: image by name, the oldest first. Their health check names theirs. */
  versioned?: { releases: Readonly<Record<string, string>> }
  /** More may join while it is up. */
  growing?: {
    proxy(name: string, image?: string): ServiceDefinition
    server(upstream: string, number: number): ServiceDefinition
  }
  /** A switch in front of the proxy sends users to one of several: its service, and the file that says to which. */
  edge?: { service: string; file: string }
  /** The proxy may keep answers; what is asked on this port is fetched anew. */
  cache?: { refresh: number }
}

/** What of the containers of others is known before anything is done to them. */
export interface Attachment {
  /** Services that the engine removes when they end (AutoRemove): they are never ended. */
  readonly ephemeral: readonly string[]
  /** The engine chooses the port of the site anew at each start of the proxy, so it is never ended. */
  readonly siteMoves: boolean
  /** Services without a memory limit: an engine that has set one does not take it away again. */
  readonly unlimited: readonly string[]
  /** What its proxy logs by itself; absent: its configuration could not be read. */
  readonly ownLog?: OwnLog
}

/** What a stack is made of, as data. What is optional and absent is not there: whoever needs it is refused. */
export interface StackDescription {
  readonly services: readonly ServiceDefinition[]
  readonly proxy: ProxyDescription
  /** By the name of the group, which is the role of its servers. */
  readonly upstreams: Readonly<Record<string, UpstreamDescription>>
  readonly database?: DatabaseDescription
  readonly monitoring?: MonitoringDescription
  readonly can: Capabilities
  /** Its containers were started by somebody else, who goes on to use them. Absent: they are a copy of ours. */
  readonly attached?: Attachment
}

/** A stack whose agent takes orders from whoever knows this token. */
export type Define = (token: string) => StackDescription
