export { graphqlReader } from './reader.ts'
