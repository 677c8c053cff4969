import { BadKey } from '@sallyport/tokens'

/** A key that can't be used is a mistake in the option that gave it: TypeError names it. */
export function goodKey<Made>(option: string, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    throw error instanceof BadKey ? new TypeError(`${option}: ${error.message}`) : error
  }
}
