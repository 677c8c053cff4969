/** What the tests use of it: types are checked before the packages of this folder are installed. */
declare module '@seriousme/openapi-schema-validator' {
  export class Validator {
    validate(document: object): Promise<{ readonly valid: boolean; readonly errors?: unknown }>
  }
}
