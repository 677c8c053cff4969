export { sessionConformance } from './sessions.ts'
