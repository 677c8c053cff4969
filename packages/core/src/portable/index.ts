// What browsers have a use for too. It brings nothing along: no npm package, no Node.
export { isLoopback } from '../loopback.ts'
export { isUtf8, mediaType } from '../media-type.ts'
export { Problem } from '../problems.ts'
export { readTarget } from '../target.ts'
export { readParameters, readTemplate, type Template, type TemplateSegment } from '../template.ts'
