/** Exit codes say whose fault it was. Source: design, "How chaos ends". */
export const exitCodes = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  environment: 3,
  unclean: 4,
  usage: 64,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Every error code there is, with the exit code that names whose fault it was. Codes never change meaning. */
const catalogue = {
  USAGE: exitCodes.usage,
  SCENARIO_UNKNOWN: exitCodes.usage,
  SCENARIO_INVALID: exitCodes.usage,
  PROJECT_UNKNOWN: exitCodes.usage,
  PROJECT_INVALID: exitCodes.usage,
  PROXY_UNCLEAR: exitCodes.usage,
  SNAPSHOT_INVALID: exitCodes.usage,
  SNAPSHOT_UNLIKE: exitCodes.usage,
  DURATION_INVALID: exitCodes.usage,
  RULES_MISSING: exitCodes.usage,
  RULES_INVALID: exitCodes.usage,
  RUN_DIR_INVALID: exitCodes.usage,
  TARGET_REFUSED: exitCodes.usage,
  UNDO_REFUSED: exitCodes.environment,
  JOURNAL_INVALID: exitCodes.environment,
  JOURNAL_UNWRITABLE: exitCodes.environment,
  ENGINE_UNREACHABLE: exitCodes.environment,
  ENGINE_UNSUITED: exitCodes.environment,
  ENGINE_CALL_FAILED: exitCodes.environment,
  COMPOSE_MISSING: exitCodes.environment,
  COMPOSE_INVALID: exitCodes.usage,
  COMPOSE_FAILED: exitCodes.environment,
  IMAGE_MISSING: exitCodes.environment,
  IMAGE_BUILD_FAILED: exitCodes.environment,
  PORT_TAKEN: exitCodes.environment,
  SERVICE_UNKNOWN: exitCodes.usage,
  SERVICE_NOT_READY: exitCodes.environment,
  KIND_FAILED: exitCodes.environment,
  AGENT_FAILED: exitCodes.environment,
  GUARD_FAILED: exitCodes.environment,
  LOAD_FAILED: exitCodes.environment,
  MONITOR_FAILED: exitCodes.environment,
  DEADLINE_PASSED: exitCodes.environment,
  INTERRUPTED: exitCodes.environment,
  NOT_CLEAN: exitCodes.unclean,
  INTERNAL: exitCodes.environment,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof catalogue

/** The one error class: a stable code, one sentence for people, and a hint that says what to do. */
export class BadgatewayError extends Error {
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'BadgatewayError'
    this.code = code
    this.hint = hint
  }

  get exitCode(): ExitCode {
    return catalogue[this.code]
  }
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name
  return String(thrown)
}

/** Anything thrown, as our own error: what is not ours yet is a defect of the harness. */
export function asBadgatewayError(thrown: unknown): BadgatewayError {
  if (thrown instanceof BadgatewayError) return thrown
  return new BadgatewayError('INTERNAL', reasonOf(thrown), 'This is a defect of badgateway: please report it.', {
    cause: thrown,
  })
}
