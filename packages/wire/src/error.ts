/** Something went wrong with a stream, or with a call: `code` says what. */
export class MultifeedError extends Error {
  readonly code: string
  constructor(code: string, message: string, details: object = {}) {
    super(message)
    this.name = 'MultifeedError'
    this.code = code
    Object.assign(this, details)
  }

  /** An error of ours as it is; one of the program's own, a listener's or a policy's, as `ERR_HANDLER`. */
  static thrown(error: unknown): MultifeedError {
    if (error instanceof MultifeedError) return error
    return new MultifeedError('ERR_HANDLER', `A listener threw: ${(error as Error)?.message}`, { cause: error })
  }
}
