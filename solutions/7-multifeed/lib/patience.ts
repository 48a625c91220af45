// Waiting that ends.
import { MultifeedError } from '../wire.ts'

/** In ms: a timer that is longer ends at once. */
export const LONGEST = 2 ** 31 - 1

/** Runs something with a signal that is aborted after `timeout` ms, with `ERR_TIMEOUT`, or with the signal given. */
export async function patiently<Value>(
  { timeout, signal }: { timeout?: number | undefined; signal?: AbortSignal | undefined },
  run: (signal: AbortSignal | undefined) => Promise<Value>
): Promise<Value> {
  signal?.throwIfAborted()
  if (timeout === undefined || timeout > LONGEST) return run(signal)
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort(new MultifeedError('ERR_TIMEOUT', `Not all has come within ${timeout} ms.`))
  }, timeout)
  try {
    return await run(signal ? AbortSignal.any([signal, late.signal]) : late.signal)
  } finally {
    clearTimeout(timer)
  }
}
