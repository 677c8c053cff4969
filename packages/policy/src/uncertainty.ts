import { PolicyFault } from './fault.ts'

/** The compiler doesn't know what a policy holds: the reference engine judges by it instead. */
export class Uncertainty extends PolicyFault {}
