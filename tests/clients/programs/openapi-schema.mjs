export { Validator } from '@seriousme/openapi-schema-validator'
