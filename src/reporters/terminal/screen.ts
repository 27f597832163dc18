/** Where a terminal reporter writes. It knows no process. */
export interface Screen {
  out(text: string): void
  err(text: string): void
  readonly isTty: boolean
  /** Width in characters. */
  readonly columns: number
  readonly color: boolean
}
