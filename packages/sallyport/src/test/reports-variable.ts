/** The variable that tells tests where to write what they made of rules. */
export const reportsVariable = 'SALLYPORT_TEST_REPORTS'
