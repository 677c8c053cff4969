/**
 * What is thrown where `needer` can't be loaded: a TypeError that says what to install where it is the npm package `name` that isn't
 * there, else what was thrown.
 */
export function needsPackage(needer: string, name: string): (error: unknown) => never {
  return error => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (isMissing && error.message.includes(`'${name}'`))
      throw new TypeError(`${needer} needs a package: npm install ${name}`)
    throw error
  }
}
