/** A condition in Cedar, such as `principal.office == "regional"`, and where the clock hangs that it reads: in UTC unless told. */
export type CedarCondition = string | { readonly cedar: string; readonly zone?: string }
