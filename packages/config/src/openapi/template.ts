import { readTemplate, type Template, TemplateError } from '@sallyport/core'

/**
 * A path of an OpenAPI document as a template of ours, without a fragment; what a parameter's name may not hold becomes
 * `_`. Its fault in words where no request could match it.
 */
export function templateOf(path: string): Template | string {
  const [requested = ''] = path.split('#')
  try {
    return readTemplate(requested.replace(/\{([^{}/]+)\}/g, (_, name: string) => `{${parameterName(name)}}`))
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

/** How a template names a parameter of a document. */
export function parameterName(name: string): string {
  return name.replace(/[^\w.*-]/g, '_').replace(/^(?![A-Za-z_])/, '_')
}
